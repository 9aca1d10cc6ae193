/** Connections to the server beside us, as a role that may only look. */
@NullMarked
package io.matriarch.monitor.sql;

import org.jspecify.annotations.NullMarked;
