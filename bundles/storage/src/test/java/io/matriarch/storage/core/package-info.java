@NullMarked
package io.matriarch.storage.core;

import org.jspecify.annotations.NullMarked;
