package io.matriarch.backup.codec;

/** How much a compressed or encrypted piece says about itself. */
public enum Form {
    /** As the usual tools read and write it: files of their own, and bundles without blocks. */
    STANDARD,
    /**
     * Without what the manifest knows anyway: super blocks, block maps, and members of bundles
     * where {@code backup-bundle-raw} is set.
     */
    RAW
}
