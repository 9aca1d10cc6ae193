/** Rules of paths and of what a failure means; no I/O. */
@NullMarked
package io.matriarch.storage.core;

import org.jspecify.annotations.NullMarked;
