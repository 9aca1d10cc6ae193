/** Who may do what, and who did. */
@NullMarked
@Export
@Version("1.2.0")
package io.matriarch.access.api;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
