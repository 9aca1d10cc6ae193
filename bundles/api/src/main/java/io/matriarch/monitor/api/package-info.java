/** What is measured on this node: figures as values, and who tells of them. */
@NullMarked
@Export
@Version("1.1.0")
package io.matriarch.monitor.api;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
