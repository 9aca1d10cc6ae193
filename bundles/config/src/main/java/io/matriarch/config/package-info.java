/** Reads {@code matriarch.yml}, checks all of it, and turns it into what the components are fed. */
@NullMarked
package io.matriarch.config;

import org.jspecify.annotations.NullMarked;
