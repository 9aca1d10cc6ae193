/** How fast work goes and when it ends, by figures alone. */
@NullMarked
package io.matriarch.backup.progress.core;

import org.jspecify.annotations.NullMarked;
