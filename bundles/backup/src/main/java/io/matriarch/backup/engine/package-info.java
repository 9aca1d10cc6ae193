/** Making a backup, from the choice of what it builds on to its entry in {@code backup.info}. */
@NullMarked
package io.matriarch.backup.engine;

import org.jspecify.annotations.NullMarked;
