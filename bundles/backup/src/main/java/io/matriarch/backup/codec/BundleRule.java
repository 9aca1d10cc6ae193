package io.matriarch.backup.codec;

/**
 * Which files go into bundles, and when a bundle is full; in bytes of content.
 *
 * @param limit the largest file that goes into a bundle
 * @param size a bundle that holds as much is closed
 */
public record BundleRule(long limit, long size) {
    /** Stock pgBackRest's: files up to 2 MiB, bundles of 20 MiB. */
    public static final BundleRule STOCK = new BundleRule(2 << 20, 20 << 20);

    public BundleRule {
        if (limit < 1 || size < 1)
            throw new IllegalArgumentException(
                    "bundle limit " + limit + " and size " + size + " must be above 0");
    }

    /** An empty file is stored nowhere. */
    public boolean takes(long fileSize) {
        return fileSize > 0 && fileSize <= limit;
    }

    public boolean isFull(long content) {
        return content >= size;
    }
}
