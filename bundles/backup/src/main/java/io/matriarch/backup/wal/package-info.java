/** The WAL archive: what PostgreSQL's archive_command and restore_command ask for. */
@NullMarked
package io.matriarch.backup.wal;

import org.jspecify.annotations.NullMarked;
