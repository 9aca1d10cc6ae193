/** A servlet's request and response without a server, for the tests of other bundles. */
@NullMarked
package io.matriarch.servlet;

import org.jspecify.annotations.NullMarked;
