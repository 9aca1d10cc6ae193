/** Tasks that run at a time, on one node or on exactly one member of the cluster. */
@NullMarked
@Export
@Version("1.0.0")
package io.matriarch.schedule.api;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
