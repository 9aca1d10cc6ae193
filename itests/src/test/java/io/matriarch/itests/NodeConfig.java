package io.matriarch.itests;

import java.util.List;
import java.util.stream.Collectors;

/** Writes a node's {@code matriarch.yml}: Patroni's YAML and our own section. */
final class NodeConfig {
    static final String SCOPE = "herd";
    static final String SUPERUSER_PASSWORD = "elephants-never-forget";
    static final String REST_USER = "keeper";
    static final String REST_PASSWORD = "of-the-water-hole";

    private NodeConfig() {}

    /**
     * @param dcs YAML lines under {@code bootstrap.dcs}, indented by four
     * @param extra YAML sections at the top level
     */
    static String yaml(
            String name,
            String address,
            List<String> etcd,
            int postgresVersion,
            String dcs,
            String extra) {
        return """
        scope: %1$s
        name: %2$s
        restapi:
          listen: 0.0.0.0:8008
          connect_address: %3$s:8008
          authentication:
            username: %4$s
            password: %5$s
        etcd3:
          hosts: %6$s
        bootstrap:
          dcs:
        %7$s
          initdb:
            - encoding: UTF8
            - data-checksums
        postgresql:
          listen: 0.0.0.0:5432
          connect_address: %3$s:5432
          data_dir: %8$s
          bin_dir: /usr/lib/postgresql/%9$d/bin
          authentication:
            superuser: {username: postgres, password: %10$s}
            replication: {username: replicator, password: follow-the-leader}
            rewind: {username: rewinder, password: back-to-the-fork}
            monitor: {username: monitor, password: eyes-only}
          pg_hba:
            - local all all trust
            - host replication replicator 0.0.0.0/0 scram-sha-256
            - host all all 0.0.0.0/0 scram-sha-256
          parameters:
            max_connections: 60
            shared_buffers: 32MB
            password_encryption: scram-sha-256
            unix_socket_directories: /tmp
        %11$s
        """
                .formatted(
                        SCOPE,
                        name,
                        address,
                        REST_USER,
                        REST_PASSWORD,
                        etcd.stream().collect(Collectors.joining(",")),
                        dcs.stripTrailing(),
                        Node.DATA,
                        postgresVersion,
                        SUPERUSER_PASSWORD,
                        extra.stripTrailing());
    }
}
