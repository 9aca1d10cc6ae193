/** What lies in a data directory, in the manifest's order, with memory bounded by one folder. */
@NullMarked
package io.matriarch.backup.engine.scan;

import org.jspecify.annotations.NullMarked;
