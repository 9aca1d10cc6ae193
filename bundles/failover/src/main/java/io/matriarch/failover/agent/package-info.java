/**
 * The shell around the decision: gathers, decides, acts. The only place with threads, time and I/O.
 */
@NullMarked
package io.matriarch.failover.agent;

import org.jspecify.annotations.NullMarked;
