/**
 * Patroni's REST interface over servlets, and the client that asks other members.
 *
 * <p>Thin: what is answered is decided in {@code rest.core}.
 */
@NullMarked
package io.matriarch.failover.rest;

import org.jspecify.annotations.NullMarked;
