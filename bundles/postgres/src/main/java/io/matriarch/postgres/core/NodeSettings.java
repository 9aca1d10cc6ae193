package io.matriarch.postgres.core;

import io.matriarch.api.MemberName;
import io.matriarch.postgres.api.HostPort;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What {@code matriarch.yml} of this node says about its server.
 *
 * @param listenHosts as in {@code listen_addresses}
 * @param configDir where postgresql.conf lies; usually the data directory
 * @param binNames other names of programs, such as {@code postgres -> postgres-custom}
 * @param stateDir our own files of this node: passwords for libpq, server log, kept files
 * @param startTimeout {@code pg_ctl_timeout}: how long starting for our own purposes may take
 * @param monitor a role that may only look; empty if none is wanted
 * @param initdb Patroni's form: strings and one-entry maps
 * @param bootstrapHba lines for a cluster made here; empty: ours
 * @param postBootstrap shell command; empty if none
 * @param methods commands of the user's that make data directories
 * @param walCommands how the server reaches the agent's WAL archive
 * @param divergedWalBytes how much WAL that only this server had is kept; 0: none
 * @param local the local {@code postgresql} section, as far as the cluster has the same keys
 */
public record NodeSettings(
        String scope,
        MemberName name,
        List<String> listenHosts,
        int port,
        HostPort connectAddress,
        String database,
        Path dataDir,
        Path configDir,
        Optional<Path> binDir,
        Map<String, String> binNames,
        Path stateDir,
        Path pgpass,
        Duration startTimeout,
        Account superuser,
        Account replication,
        Account rewind,
        Optional<Account> monitor,
        List<Object> initdb,
        List<String> bootstrapHba,
        String postBootstrap,
        CustomMethods methods,
        WalCommands walCommands,
        long divergedWalBytes,
        Map<String, Object> local) {
    public NodeSettings {
        listenHosts = List.copyOf(listenHosts);
        binNames = Map.copyOf(binNames);
        initdb = List.copyOf(initdb);
        bootstrapHba = List.copyOf(bootstrapHba);
        local = Map.copyOf(local);
    }

    /** The host our own connections go to: one the server listens on. */
    public static String reachableHost(List<String> listenHosts) {
        for (String host : listenHosts)
            if (host.equals("*")
                    || host.equals("0.0.0.0")
                    || host.equals("localhost")
                    || host.startsWith("127.")) return host.startsWith("127.") ? host : "127.0.0.1";
        for (String host : listenHosts) if (host.equals("::") || host.equals("::1")) return "::1";
        return listenHosts.isEmpty() ? "127.0.0.1" : listenHosts.getFirst();
    }
}
