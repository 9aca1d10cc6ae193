/** What the failover agent tells, and what it can be asked to do. */
@NullMarked
@Export
@Version("1.0.0")
package io.matriarch.failover.api;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
