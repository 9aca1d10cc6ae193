package io.matriarch.storage.api;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** Where a repository lies and how it is reached: what {@link Storages#open} needs. */
public sealed interface Location {
    /** A directory of this node, or one mounted here. */
    record Directory(Path path) implements Location {}

    /**
     * A bucket of S3 or of what speaks like it.
     *
     * @param prefix folder of the repository in the bucket, without leading {@code /}; empty: its
     *     root
     * @param endpoint empty: Amazon's, by region
     * @param pathStyle bucket in the path instead of the host's name
     * @param caFile authorities to trust besides the system's, PEM
     * @param storageClass as S3 spells it; empty: the bucket's default
     * @param tags of each object, at most 10
     */
    record S3(
            String bucket,
            String prefix,
            Optional<URI> endpoint,
            String region,
            boolean pathStyle,
            Optional<Path> caFile,
            Credentials credentials,
            Encryption encryption,
            Optional<String> storageClass,
            Map<String, String> tags,
            Transfer transfer)
            implements Location {
        public S3 {
            tags = Map.copyOf(tags);
        }
    }

    /**
     * How bytes go to S3. Memory: an open upload holds up to one part, and all uploads of a storage
     * together {@code partsInFlight} more.
     *
     * @param deadline for one call with all its retries, and for a read that does not get on; 1 s
     *     or more
     * @param partSizeBytes of a multipart upload, 5 MiB to 1 GiB; times 10,000 it is the largest
     *     file
     * @param partsInFlight parts sent at the same time, 1 to 64
     */
    record Transfer(Duration deadline, int partSizeBytes, int partsInFlight) {
        /** Two minutes, 8 MiB, 4. */
        public static final Transfer DEFAULT = new Transfer(Duration.ofMinutes(2), 8 << 20, 4);

        public Transfer {
            if (deadline.compareTo(Duration.ofSeconds(1)) < 0)
                throw new IllegalArgumentException("deadline " + deadline + " is below 1 s");
            if (partSizeBytes < 5 << 20 || partSizeBytes > 1 << 30)
                throw new IllegalArgumentException(
                        "part size " + partSizeBytes + " is not from 5 MiB to 1 GiB");
            if (partsInFlight < 1 || partsInFlight > 64)
                throw new IllegalArgumentException(
                        "parts in flight " + partsInFlight + " are not from 1 to 64");
        }
    }

    /** Who we are to S3. */
    sealed interface Credentials {
        /** Environment, web identity, profile, container, instance: the SDK's own order. */
        record DefaultChain() implements Credentials {}

        /** A profile of the shared credentials file. */
        record Profile(String name, Optional<Path> file) implements Credentials {}

        /** A fixed key. */
        record Keys(String accessKey, String secretKey, Optional<String> sessionToken)
                implements Credentials {
            @Override
            public String toString() {
                return "Keys[" + accessKey + "]";
            }
        }
    }

    /** Encryption by S3 itself, beside that of the repository's format. */
    sealed interface Encryption {
        record None() implements Encryption {}

        /** SSE-S3. */
        record ByService() implements Encryption {}

        /**
         * SSE-KMS.
         *
         * @param keyId empty: the account's default key for S3
         */
        record ByKms(String keyId) implements Encryption {}

        /** SSE-C: 32 bytes. */
        record ByCustomer(byte[] key) implements Encryption {
            public ByCustomer {
                key = key.clone();
            }

            @Override
            public byte[] key() {
                return key.clone();
            }

            @Override
            public String toString() {
                return "ByCustomer[…]";
            }
        }
    }
}
