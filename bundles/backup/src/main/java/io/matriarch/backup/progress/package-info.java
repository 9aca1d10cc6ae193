/** What is told of work while it goes on. */
@NullMarked
package io.matriarch.backup.progress;

import org.jspecify.annotations.NullMarked;
