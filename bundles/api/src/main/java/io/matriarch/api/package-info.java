/** Values every bundle speaks: positions, names, error codes. */
@NullMarked
@Export
@Version("1.0.0")
package io.matriarch.api;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
