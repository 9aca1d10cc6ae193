package io.matriarch.itests;

import java.util.List;

/** Writes a node's {@code matriarch.yml}: Patroni's YAML and our own section. */
final class NodeConfig {
    static final String SCOPE = "herd";
    static final String SUPERUSER_PASSWORD = "elephants-never-forget";
    static final String REST_USER = "keeper";
    static final String REST_PASSWORD = "of-the-water-hole";

    private NodeConfig() {}

    /** What differs between a node that speaks in the clear and one that encrypts everything. */
    private record Wire(
            String restapi,
            String etcd3,
            String login,
            String hbaType,
            String parameters,
            String ctl) {
        static final Wire CLEAR = new Wire("", "", "", "host", "", "");

        /** Every party shows a certificate of the {@link Authority} and checks the other's. */
        static final Wire ENCRYPTED =
                new Wire(
                        "\n  certfile: %s\n  keyfile: %s\n  cafile: %s\n  verify_client: optional"
                                .formatted(Authority.CERTIFICATE, Authority.KEY, Authority.CA),
                        "\n  protocol: https\n  cacert: %s\n  cert: %s\n  key: %s"
                                .formatted(Authority.CA, Authority.CERTIFICATE, Authority.KEY),
                        ", sslmode: verify-full, sslrootcert: " + Authority.CA,
                        "hostssl",
                        "\n    ssl: on\n    ssl_cert_file: %s\n    ssl_key_file: %s\n    ssl_ca_file: %s"
                                .formatted(Authority.CERTIFICATE, Authority.KEY, Authority.CA),
                        "\nctl:\n  cacert: %s\n  certfile: %s\n  keyfile: %s"
                                .formatted(Authority.CA, Authority.CERTIFICATE, Authority.KEY));
    }

    /**
     * @param scope the cluster's name in the store
     * @param dcs YAML lines under {@code bootstrap.dcs}, indented by four
     * @param extra YAML sections at the top level
     * @param encrypted whether REST, store and PostgreSQL are spoken to by TLS only
     */
    static String yaml(
            String scope,
            String name,
            String address,
            List<String> etcd,
            int postgresVersion,
            String dcs,
            String extra,
            boolean encrypted) {
        var wire = encrypted ? Wire.ENCRYPTED : Wire.CLEAR;
        return """
        scope: %1$s
        name: %2$s
        restapi:
          listen: 0.0.0.0:8008
          connect_address: %3$s:8008
          authentication:
            username: %4$s
            password: %5$s%12$s
        etcd3:
          hosts: %6$s%13$s
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
            superuser: {username: postgres, password: %10$s%14$s}
            replication: {username: replicator, password: follow-the-leader%14$s}
            rewind: {username: rewinder, password: back-to-the-fork%14$s}
            monitor: {username: monitor, password: eyes-only%14$s}
          pg_hba:
            - local all all trust
            - %15$s replication replicator 0.0.0.0/0 scram-sha-256
            - %15$s all all 0.0.0.0/0 scram-sha-256
          parameters:
            max_connections: 60
            shared_buffers: 32MB
            password_encryption: scram-sha-256
            unix_socket_directories: /tmp%16$s%17$s
        %11$s
        """
                .formatted(
                        scope,
                        name,
                        address,
                        REST_USER,
                        REST_PASSWORD,
                        String.join(",", etcd),
                        dcs.stripTrailing(),
                        Node.DATA,
                        postgresVersion,
                        SUPERUSER_PASSWORD,
                        extra.stripTrailing(),
                        wire.restapi(),
                        wire.etcd3(),
                        wire.login(),
                        wire.hbaType(),
                        wire.parameters(),
                        wire.ctl());
    }
}
