@NullMarked
package io.matriarch.alerting.settings;

import org.jspecify.annotations.NullMarked;
