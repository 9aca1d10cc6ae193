/** The port to the consistent store: snapshots, compare-and-set, leases, watches. */
@NullMarked
@Export
@Version("1.1.0")
package io.matriarch.dcs.api;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
