/** What a schedule is and how its runs ended; no threads, no clock. */
@NullMarked
package io.matriarch.schedule.core;

import org.jspecify.annotations.NullMarked;
