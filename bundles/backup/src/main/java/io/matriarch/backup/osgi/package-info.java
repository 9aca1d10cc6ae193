/** Components. */
@NullMarked
package io.matriarch.backup.osgi;

import org.jspecify.annotations.NullMarked;
