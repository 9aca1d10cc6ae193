package io.matriarch.cli;

/** Answers in the form of Patroni 4.1.4; the address stands for a member's. */
public final class Recorded {

    public static final String CLUSTER =
            """
            {"members":[
             {"name":"node-a","role":"leader","state":"running","api_url":"http://127.0.0.1:8101/patroni","host":"127.0.0.1","port":5501,"timeline":1,"tags":{"zone":"z1"}},
             {"name":"node-b","role":"replica","state":"streaming","api_url":"http://127.0.0.1:8102/patroni","host":"127.0.0.1","port":5502,"timeline":1,"tags":{"zone":"z2"},
              "receive_lag":0,"receive_lsn":"0/4000060","replay_lag":0,"replay_lsn":"0/4000060","lag":0,"lsn":"0/4000060"}],
             "scope":"demo"}
            """;

    public static final String PATRONI =
            """
            {"state":"running","postmaster_start_time":"2026-11-23 01:09:01.259291+00:00","role":"primary","server_version":170011,
             "xlog":{"location":67108960},"timeline":1,"dcs_last_seen":1795396211,"tags":{"zone":"z1"},
             "database_system_identifier":"7711167698510241857",
             "patroni":{"version":"4.1.4","scope":"demo","name":"node-a"}}
            """;

    public static final String CONFIG =
            """
            {"ttl":30,"loop_wait":10,"retry_timeout":10,"maximum_lag_on_failover":1048576,"postgresql":{"use_pg_rewind":true,"use_slots":true,"parameters":{"max_connections":50}}}\
            """;

    public static final String HISTORY =
            """
            [[1,117440936,"no recovery target specified","2026-11-23T01:14:01.038243+00:00","node-b"],[2,117450000,"old entry"]]\
            """;

    private Recorded() {}
}
