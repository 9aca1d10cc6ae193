/**
 * What Patroni's REST paths answer, as functions of what the agent knows.
 *
 * <p>Pure: no servlet, socket, clock, thread or logger. The numbers in brackets are sections of
 * Patroni's interop page.
 */
@NullMarked
package io.matriarch.failover.rest.core;

import org.jspecify.annotations.NullMarked;
