package io.matriarch.postgres.core;

import io.matriarch.postgres.api.HostPort;
import io.matriarch.postgres.core.ServerConfig.Source;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The section {@code standby_cluster} of the dynamic configuration, as far as PostgreSQL has to
 * know it.
 *
 * @param section empty: the cluster follows no other
 */
public record RemoteCluster(Map<String, Object> section) {
    public static final RemoteCluster NONE = new RemoteCluster(Map.of());

    /** For every standby of the cluster. */
    private static final List<String> EVERYWHERE =
            List.of("restore_command", "archive_cleanup_command");

    /** For the one that follows the remote primary: the others have it from that. */
    private static final String DELAY = "recovery_min_apply_delay";

    /**
     * What wins over all other recovery settings.
     *
     * @param followsRemote whether they are for the standby that follows the remote primary
     */
    public Map<String, String> recovery(boolean followsRemote) {
        var settings = new LinkedHashMap<String, String>();
        for (String name : EVERYWHERE) put(settings, name);
        if (followsRemote) put(settings, DELAY);
        return settings;
    }

    private void put(Map<String, String> settings, String name) {
        String value = text(name);
        if (!value.isBlank()) settings.put(name, value);
    }

    /**
     * Whether a standby that gets its WAL there follows the remote primary. Where the section names
     * no host that is who follows nobody: the archive alone feeds it.
     */
    public boolean isFollowedBy(Source source) {
        if (section.isEmpty()) return false;
        List<HostPort> told = ConnInfo.addresses(source.conninfo());
        try {
            return told.equals(HostPort.list(text("host"), text("port")));
        } catch (IllegalArgumentException _) {
            return false; // nobody follows what cannot be read
        }
    }

    private String text(String name) {
        Object value = section.get(name);
        return value == null ? "" : value.toString();
    }
}
