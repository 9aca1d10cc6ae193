/** From the checked configuration to what the engine and the deliveries take. */
@NullMarked
package io.matriarch.alerting.settings;

import org.jspecify.annotations.NullMarked;
