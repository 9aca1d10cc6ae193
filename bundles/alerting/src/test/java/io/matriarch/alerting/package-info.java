@NullMarked
package io.matriarch.alerting;

import org.jspecify.annotations.NullMarked;
