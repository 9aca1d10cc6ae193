@NullMarked
package io.matriarch.storage;

import org.jspecify.annotations.NullMarked;
