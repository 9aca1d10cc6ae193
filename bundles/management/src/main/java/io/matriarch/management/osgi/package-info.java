/** Components, and operations on bundles. */
@NullMarked
package io.matriarch.management.osgi;

import org.jspecify.annotations.NullMarked;
