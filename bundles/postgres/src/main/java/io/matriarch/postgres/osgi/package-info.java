/** The component. */
@NullMarked
package io.matriarch.postgres.osgi;

import org.jspecify.annotations.NullMarked;
