package io.matriarch.postgres.api;

import io.matriarch.api.Lsn;
import io.matriarch.api.MemberName;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * WAL that only this server had, kept before a rewind or a clone discarded it.
 *
 * @param id names it among those of this node: when it was kept, and its first segment
 * @param leader whose history was taken over instead
 * @param from where the leader's history left ours
 * @param end the last record begins before it; empty if it could not be read
 * @param segments files that were kept
 * @param bytes their size
 * @param commits transactions committed after {@code from}, by the records that could be read;
 *     empty if {@code pg_waldump} is missing or failed
 * @param firstCommit when the first of them was committed, by the clock of this host
 * @param lastCommit the same of the last
 * @param directory where the segments and {@code transactions.txt} lie
 * @param trouble what is missing of it, and why; empty if all was kept
 */
public record DivergedWal(
        String id,
        Instant keptAt,
        MemberName leader,
        int timeline,
        Lsn from,
        Optional<Lsn> end,
        int segments,
        long bytes,
        OptionalLong commits,
        Optional<Instant> firstCommit,
        Optional<Instant> lastCommit,
        String directory,
        String trouble) {}
