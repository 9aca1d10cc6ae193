/** A directory as storage. */
@NullMarked
package io.matriarch.storage.disk;

import org.jspecify.annotations.NullMarked;
