/** A storage in memory, with faults; a fixture for tests. */
@NullMarked
package io.matriarch.storage.memory;

import org.jspecify.annotations.NullMarked;
