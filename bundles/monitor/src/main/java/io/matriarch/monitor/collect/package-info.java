/** The loop that asks, and whom it asks. */
@NullMarked
package io.matriarch.monitor.collect;

import org.jspecify.annotations.NullMarked;
