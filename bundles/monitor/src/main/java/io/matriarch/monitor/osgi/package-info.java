/** The component. */
@NullMarked
package io.matriarch.monitor.osgi;

import org.jspecify.annotations.NullMarked;
