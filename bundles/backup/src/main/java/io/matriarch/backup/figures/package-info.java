/** This member's work on the repositories, counted. */
@NullMarked
package io.matriarch.backup.figures;

import org.jspecify.annotations.NullMarked;
