/** Where repository bytes lie: a directory, an S3 bucket. */
@NullMarked
@Export
@Version("1.2.0")
package io.matriarch.storage.api;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
