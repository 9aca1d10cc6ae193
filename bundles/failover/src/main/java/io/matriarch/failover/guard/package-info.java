/** Talks to the guard, the native process that stops PostgreSQL when this agent does not. */
@NullMarked
package io.matriarch.failover.guard;

import org.jspecify.annotations.NullMarked;
