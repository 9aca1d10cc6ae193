@NullMarked
package io.matriarch.alerting.core;

import org.jspecify.annotations.NullMarked;
