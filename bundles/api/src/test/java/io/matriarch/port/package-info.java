/** Ports for the servers that tests start. */
@NullMarked
package io.matriarch.port;

import org.jspecify.annotations.NullMarked;
