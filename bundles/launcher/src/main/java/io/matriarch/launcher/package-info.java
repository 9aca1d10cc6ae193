/**
 * Starts Felix, installs the bundles, feeds them the configuration, and ends all of it in order.
 */
@NullMarked
package io.matriarch.launcher;

import org.jspecify.annotations.NullMarked;
