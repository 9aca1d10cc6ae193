@NullMarked
package io.matriarch.alerting.engine;

import org.jspecify.annotations.NullMarked;
