/** A real browser for tests of the page. */
@NullMarked
package io.matriarch.management.browser;

import org.jspecify.annotations.NullMarked;
