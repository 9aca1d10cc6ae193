/** Backups and the WAL archive of the cluster this member belongs to. */
@NullMarked
@Export
@Version("1.1.0")
package io.matriarch.backup.api;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
