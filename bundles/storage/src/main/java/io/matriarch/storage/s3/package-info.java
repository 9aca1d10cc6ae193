/** A bucket as storage, by the AWS SDK. */
@NullMarked
package io.matriarch.storage.s3;

import org.jspecify.annotations.NullMarked;
