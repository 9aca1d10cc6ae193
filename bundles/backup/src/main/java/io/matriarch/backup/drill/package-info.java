/** Restore drills: the newest backup is restored, started, checked and removed again. */
@NullMarked
package io.matriarch.backup.drill;

import org.jspecify.annotations.NullMarked;
