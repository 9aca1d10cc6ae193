/**
 * What is wrong, since when, why, and whom to tell: functions over samples, state and time as a
 * value; no I/O.
 */
@NullMarked
package io.matriarch.alerting.core;

import org.jspecify.annotations.NullMarked;
