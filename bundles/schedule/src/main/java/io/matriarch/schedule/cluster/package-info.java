/** One member's part in the cluster's jobs: claims, runs and tells, through the store. */
@NullMarked
package io.matriarch.schedule.cluster;

import org.jspecify.annotations.NullMarked;
