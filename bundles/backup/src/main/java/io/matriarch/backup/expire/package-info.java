/** Removes what a plan says. */
@NullMarked
package io.matriarch.backup.expire;

import org.jspecify.annotations.NullMarked;
