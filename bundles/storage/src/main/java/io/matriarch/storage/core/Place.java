package io.matriarch.storage.core;

/**
 * A bucket as messages name it.
 *
 * @param server host name, or {@code Amazon S3}
 */
public record Place(String bucket, String prefix, String server, String region) {
    @Override
    public String toString() {
        return "s3://" + bucket + (prefix.isEmpty() ? "" : "/" + prefix);
    }
}
