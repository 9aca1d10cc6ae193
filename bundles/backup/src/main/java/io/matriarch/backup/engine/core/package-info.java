/** Decisions of a backup: functions over values; no file, clock, thread, logger. */
@NullMarked
package io.matriarch.backup.engine.core;

import org.jspecify.annotations.NullMarked;
