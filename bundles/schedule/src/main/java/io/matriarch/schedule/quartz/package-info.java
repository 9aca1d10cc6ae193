/** Quartz behind the Schedules port; the only package with Quartz' threads. */
@NullMarked
package io.matriarch.schedule.quartz;

import org.jspecify.annotations.NullMarked;
