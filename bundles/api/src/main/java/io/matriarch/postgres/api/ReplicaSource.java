package io.matriarch.postgres.api;

import io.matriarch.api.MatriarchException;
import io.matriarch.api.SystemId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Where a new replica can come from beside a running member: a backup. It spares the member the
 * reading, and the network to it the bytes.
 */
@ProviderType
public interface ReplicaSource {
    /**
     * What could be had.
     *
     * @param what for people: {@code backup 20261123-014620F of repo1}
     * @param bytes of the data directory
     * @param walBytes that have to be replayed, about
     * @param estimate until it could follow a member
     */
    record Offer(String what, long bytes, long walBytes, Duration estimate) {
        /** Below this size a copy of a member is done before a repository is looked through. */
        public static final long SMALL_BYTES = 1L << 30;

        /**
         * Whether it is cheaper than a copy of a member: big enough to be worth it, and the WAL to
         * replay, which goes one record after another, is less than half of the data.
         */
        public boolean isCheaper() {
            return bytes >= SMALL_BYTES && walBytes < bytes / 2;
        }
    }

    /**
     * Whether it can make one of this cluster; empty: it has none that fits.
     *
     * @param timeline the leader's: the replica must be able to follow it
     * @throws MatriarchException what it would come from cannot be reached
     */
    Optional<Offer> offer(SystemId systemId, int timeline) throws MatriarchException;

    /**
     * Fills a directory. A server started in it as a standby replays WAL from the archive, and
     * follows a member from there.
     *
     * @param directory empty or not there, with room for all; what is in it after a failure is
     *     nobody's
     * @throws MatriarchException it could not be filled
     */
    void build(SystemId systemId, int timeline, Path directory, Consumer<Progress> progress)
            throws MatriarchException;
}
