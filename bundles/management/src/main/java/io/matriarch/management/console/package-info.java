/** The web page of this node: files that talk to {@code /api/v1}. */
@NullMarked
package io.matriarch.management.console;

import org.jspecify.annotations.NullMarked;
