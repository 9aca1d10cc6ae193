/**
 * Bytes of a pgBackRest repository: compression, encryption, hashes, page checksums, block maps,
 * and the pipeline that does all of it in one pass. Knows nothing of manifests or folders.
 */
@NullMarked
package io.matriarch.backup.codec;

import org.jspecify.annotations.NullMarked;
