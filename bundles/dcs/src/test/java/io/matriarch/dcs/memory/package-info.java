/** A store in memory that obeys the test: same contract as etcd, time and faults by hand. */
@NullMarked
package io.matriarch.dcs.memory;

import org.jspecify.annotations.NullMarked;
