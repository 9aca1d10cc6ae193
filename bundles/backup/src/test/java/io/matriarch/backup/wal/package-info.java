/** The archive from end to end: program, agent, repository, PostgreSQL. */
@NullMarked
package io.matriarch.backup.wal;

import org.jspecify.annotations.NullMarked;
