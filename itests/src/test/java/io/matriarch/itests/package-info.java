/** Whole clusters in containers: the fixture, and the tests that break things in it. */
@NullMarked
package io.matriarch.itests;

import org.jspecify.annotations.NullMarked;
