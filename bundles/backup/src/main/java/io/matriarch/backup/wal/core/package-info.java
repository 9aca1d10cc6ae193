/** What is decided about WAL, without a file, clock, thread or socket. */
@NullMarked
package io.matriarch.backup.wal.core;

import org.jspecify.annotations.NullMarked;
