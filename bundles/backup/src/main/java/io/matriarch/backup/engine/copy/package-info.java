/** From files to the repository, several at once. */
@NullMarked
package io.matriarch.backup.engine.copy;

import org.jspecify.annotations.NullMarked;
