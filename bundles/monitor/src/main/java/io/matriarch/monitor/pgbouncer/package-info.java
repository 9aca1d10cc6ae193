/** PgBouncer beside this node, by its admin console. */
@NullMarked
package io.matriarch.monitor.pgbouncer;

import org.jspecify.annotations.NullMarked;
