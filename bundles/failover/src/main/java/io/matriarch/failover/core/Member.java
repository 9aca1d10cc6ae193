package io.matriarch.failover.core;

import io.matriarch.api.Lsn;
import io.matriarch.api.MemberName;
import io.matriarch.postgres.api.HostPort;
import io.matriarch.postgres.api.Upstream;
import java.net.URI;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A member as its key shows it (interop page, 1.8).
 *
 * @param data the JSON object as read; fields we do not know survive
 */
public record Member(MemberName name, long leaseId, Map<String, Object> data) {
    public Member {
        data = Collections.unmodifiableMap(new LinkedHashMap<>(data));
    }

    public String apiUrl() {
        return Values.text(data.get("api_url"));
    }

    public String state() {
        return Values.text(data.get("state"));
    }

    public boolean running() {
        return state().equals("running");
    }

    /** {@code master} is read as {@code primary}. */
    public String role() {
        String role = Values.text(data.get("role"));
        return role.equals("master") ? "primary" : role;
    }

    public Tags tags() {
        return new Tags(Values.map(data.get("tags")));
    }

    /** 0 if unknown. */
    public int timeline() {
        return (int) Values.number(data.get("timeline"), 0);
    }

    public Optional<Lsn> position() {
        return lsn("xlog_location");
    }

    public Optional<Lsn> received() {
        return lsn("receive_lsn");
    }

    public Optional<Lsn> replayed() {
        return lsn("replay_lsn");
    }

    public String replicationState() {
        return Values.text(data.get("replication_state"));
    }

    /**
     * A leader promoted a moment ago whose control file still names the old timeline; not to be
     * rewound against.
     */
    public boolean checkpointPending() {
        return data.containsKey("checkpoint_after_promote")
                && !Values.truth(data.get("checkpoint_after_promote"), true);
    }

    private Optional<Lsn> lsn(String key) {
        long value = Values.number(data.get(key), 0);
        return value == 0 ? Optional.empty() : Optional.of(new Lsn(value));
    }

    /**
     * Where to stream from; empty if {@code conn_url} is missing or cannot be read, then nobody
     * follows this member.
     */
    public Optional<Upstream> upstream() {
        try {
            var url = URI.create(Values.text(data.get("conn_url")));
            if (url.getHost() == null) return Optional.empty();
            String host = url.getHost();
            if (host.startsWith("[")) host = host.substring(1, host.length() - 1);
            String path = url.getPath() == null ? "" : url.getPath();
            if (path.startsWith("/")) path = path.substring(1);
            var address = new HostPort(host, url.getPort() < 0 ? 5432 : url.getPort());
            return Optional.of(new Upstream(name, address, path.isEmpty() ? "postgres" : path));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
