/** A repository's WAL archive, as bytes. */
@NullMarked
package io.matriarch.backup.wal.archive;

import org.jspecify.annotations.NullMarked;
