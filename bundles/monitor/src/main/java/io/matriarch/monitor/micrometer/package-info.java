/** Micrometer, for bundles that bring meters of their own. */
@NullMarked
package io.matriarch.monitor.micrometer;

import org.jspecify.annotations.NullMarked;
