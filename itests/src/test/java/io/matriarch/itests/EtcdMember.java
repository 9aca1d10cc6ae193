package io.matriarch.itests;

import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** One member of the store. */
record EtcdMember(Box box) {
    static final int PORT = 2379;
    private static final int PEER_PORT = 2380;

    /**
     * @param firstHost the last number of the first member's address; the others follow it
     * @param index from 0, below {@code count}
     */
    static EtcdMember start(Lab lab, String cluster, int firstHost, int index, int count) {
        String peers =
                IntStream.range(0, count)
                        .mapToObj(i ->
                                "%s=http://%s:%d"
                                        .formatted(name(i), lab.address(firstHost + i), PEER_PORT))
                        .collect(Collectors.joining(","));
        int host = firstHost + index;
        return new EtcdMember(
                lab.start(
                        cluster + "-" + name(index),
                        Lab.image(17),
                        host,
                        Lab.Tuning.NONE,
                        "sh",
                        "-c",
                        command(name(index), lab.address(host), peers)));
    }

    private static String name(int index) {
        return "e" + (index + 1);
    }

    private static String command(String name, String address, String peers) {
        return """
        install -d -o etcd -g etcd -m 700 /var/lib/etcd/member
        exec setpriv --reuid=etcd --regid=etcd --init-groups etcd --name %s \
          --data-dir /var/lib/etcd/member --log-level warn \
          --listen-client-urls http://0.0.0.0:%d --advertise-client-urls http://%s:%d \
          --listen-peer-urls http://0.0.0.0:%d --initial-advertise-peer-urls http://%s:%d \
          --initial-cluster-token matriarch --initial-cluster %s
        """
                .formatted(name, PORT, address, PORT, PEER_PORT, address, PEER_PORT, peers);
    }

    String endpoint() {
        return box.address() + ":" + PORT;
    }

    /** Runs etcdctl on this member. */
    Box.Outcome ctl(String arguments) {
        return box.sh("ETCDCTL_API=3 etcdctl --command-timeout=3s " + arguments);
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
