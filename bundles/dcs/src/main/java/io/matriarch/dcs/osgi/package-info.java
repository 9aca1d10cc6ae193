/** The component that publishes the store. */
@NullMarked
package io.matriarch.dcs.osgi;

import org.jspecify.annotations.NullMarked;
