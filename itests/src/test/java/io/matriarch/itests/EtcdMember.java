package io.matriarch.itests;

import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * One member of the store.
 *
 * @param encrypted whether its clients must speak TLS and show a certificate
 */
record EtcdMember(Box box, boolean encrypted) {
    static final int PORT = 2379;
    private static final int PEER_PORT = 2380;

    /**
     * @param firstHost the last number of the first member's address; the others follow it
     * @param index from 0, below {@code count}
     * @param authority who vouches for it and its clients; empty: all speak in the clear
     */
    static EtcdMember start(
            Lab lab,
            String cluster,
            int firstHost,
            int index,
            int count,
            Optional<Authority> authority) {
        String peers =
                IntStream.range(0, count)
                        .mapToObj(i ->
                                "%s=http://%s:%d"
                                        .formatted(name(i), lab.address(firstHost + i), PEER_PORT))
                        .collect(Collectors.joining(","));
        int host = firstHost + index;
        var box =
                lab.start(
                        cluster + "-" + name(index),
                        Lab.image(17),
                        host,
                        Lab.Tuning.NONE,
                        "sh",
                        "-c",
                        command(name(index), lab.address(host), peers, authority.isPresent()));
        authority.ifPresent(a -> a.equip(box, "etcd"));
        box.sh("touch /run/configured").orThrow();
        return new EtcdMember(box, authority.isPresent());
    }

    private static String name(int index) {
        return "e" + (index + 1);
    }

    private static String command(String name, String address, String peers, boolean encrypted) {
        String protocol = encrypted ? "https" : "http";
        String tls =
                encrypted
                        ? "--cert-file %s --key-file %s --client-cert-auth --trusted-ca-file %s"
                                .formatted(Authority.CERTIFICATE, Authority.KEY, Authority.CA)
                        : "";
        return """
        while [ ! -e /run/configured ]; do sleep 0.05; done
        install -d -o etcd -g etcd -m 700 /var/lib/etcd/member
        exec setpriv --reuid=etcd --regid=etcd --init-groups etcd --name %1$s \
          --data-dir /var/lib/etcd/member --log-level warn %6$s \
          --listen-client-urls %7$s://0.0.0.0:%2$d --advertise-client-urls %7$s://%3$s:%2$d \
          --listen-peer-urls http://0.0.0.0:%4$d --initial-advertise-peer-urls http://%3$s:%4$d \
          --initial-cluster-token matriarch --initial-cluster %5$s
        """
                .formatted(name, PORT, address, PEER_PORT, peers, tls, protocol);
    }

    String endpoint() {
        return box.address() + ":" + PORT;
    }

    /** Runs etcdctl on this member. */
    Box.Outcome ctl(String arguments) {
        String access =
                encrypted
                        ? "--endpoints https://127.0.0.1:%d --cacert %s --cert %s --key %s "
                                .formatted(PORT, Authority.CA, Authority.CERTIFICATE, Authority.KEY)
                        : "";
        return box.sh("ETCDCTL_API=3 etcdctl --command-timeout=3s " + access + arguments);
    }

    boolean healthy() {
        return box.running() && ctl("endpoint health").status() == 0;
    }

    boolean leads() {
        var status = ctl("endpoint status -w fields");
        String own = field(status.output(), "\"MemberID\"");
        return !own.isEmpty() && own.equals(field(status.output(), "\"Leader\""));
    }

    private static String field(String fields, String key) {
        return fields.lines()
                .filter(line -> line.startsWith(key))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElse("");
    }
}
