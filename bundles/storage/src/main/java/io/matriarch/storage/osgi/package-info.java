/** Components. */
@NullMarked
package io.matriarch.storage.osgi;

import org.jspecify.annotations.NullMarked;
