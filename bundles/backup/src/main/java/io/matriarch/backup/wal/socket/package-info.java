/** The local socket PostgreSQL's commands reach the agent by. */
@NullMarked
package io.matriarch.backup.wal.socket;

import org.jspecify.annotations.NullMarked;
