/** The guard is a native program; it is tested from outside, as its clients see it. */
@NullMarked
package io.matriarch.guard;

import org.jspecify.annotations.NullMarked;
