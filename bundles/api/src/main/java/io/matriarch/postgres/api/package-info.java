/** The port to the PostgreSQL server beside us. */
@NullMarked
@Export
@Version("1.0.0")
package io.matriarch.postgres.api;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
