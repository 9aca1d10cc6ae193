/** What is wrong now, what people are told of it, and what they may set and do about it. */
@NullMarked
@Export
@Version("1.1.0")
package io.matriarch.alerting.api;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
