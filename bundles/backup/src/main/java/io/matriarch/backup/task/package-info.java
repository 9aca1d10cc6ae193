/** What the cluster's schedules run: verify and expire, over all repositories. */
@NullMarked
package io.matriarch.backup.task;

import org.jspecify.annotations.NullMarked;
