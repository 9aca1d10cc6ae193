/** Holds everything in a repository against its checksum. */
@NullMarked
package io.matriarch.backup.verify;

import org.jspecify.annotations.NullMarked;
