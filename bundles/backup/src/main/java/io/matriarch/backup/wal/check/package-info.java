/** What the archive lacks, and where it may still be had. */
@NullMarked
package io.matriarch.backup.wal.check;

import org.jspecify.annotations.NullMarked;
