/** From pg_wal into the repositories. */
@NullMarked
package io.matriarch.backup.wal.push;

import org.jspecify.annotations.NullMarked;
