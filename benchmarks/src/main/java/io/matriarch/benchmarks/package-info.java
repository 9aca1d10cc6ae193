/**
 * What a client sees of a failover: acknowledged rows, lost rows, and how long nothing could be
 * written.
 */
@NullMarked
package io.matriarch.benchmarks;

import org.jspecify.annotations.NullMarked;
