/**
 * Whole clusters in one thread and no real time: the real decisions on simulated stores, servers,
 * guards and faults. Chance comes from one seed, so a seed is the whole bug report.
 */
@NullMarked
package io.matriarch.failover.simulation;

import org.jspecify.annotations.NullMarked;
