/** From the repositories to a server that recovers. */
@NullMarked
package io.matriarch.backup.wal.fetch;

import org.jspecify.annotations.NullMarked;
