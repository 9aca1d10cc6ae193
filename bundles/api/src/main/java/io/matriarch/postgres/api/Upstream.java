package io.matriarch.postgres.api;

import io.matriarch.api.MemberName;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The server a standby streams from, is rewound against or cloned from. Users and passwords are the
 * local ones for replication and rewind, which all members share.
 *
 * @param address the first to try, if there are several
 * @param database to connect to for ordinary queries
 * @param remote present if it is the primary of another cluster, which a standby cluster follows
 */
public record Upstream(
        MemberName name, HostPort address, String database, Optional<Remote> remote) {

    /**
     * What is different about a primary of another cluster.
     *
     * @param others where it may be as well; of all of them the one that accepts writes is meant
     * @param slot of that cluster to stream by; empty: none
     */
    public record Remote(List<HostPort> others, Optional<String> slot) {
        public Remote {
            others = List.copyOf(others);
        }
    }

    /** A member of our own cluster. */
    public Upstream(MemberName name, HostPort address, String database) {
        this(name, address, database, Optional.empty());
    }

    /** Where it may be, in the order to try; never empty. */
    public List<HostPort> addresses() {
        var all = new ArrayList<HostPort>();
        all.add(address);
        remote.ifPresent(there -> all.addAll(there.others()));
        return List.copyOf(all);
    }
}
