/**
 * Who leads, and what this node does about it: view in, decision out.
 *
 * <p>Pure: no OSGi, clock, thread, socket, file or logger. Time arrives as a value. Start with
 * {@link io.matriarch.failover.core.Failover}.
 */
@NullMarked
package io.matriarch.failover.core;

import org.jspecify.annotations.NullMarked;
