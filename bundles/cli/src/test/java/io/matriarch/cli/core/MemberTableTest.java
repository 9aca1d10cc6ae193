package io.matriarch.cli.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.jr.ob.JSON;
import io.matriarch.cli.Recorded;
import java.io.IOException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The member table")
class MemberTableTest {

    static Cluster cluster(String json) throws IOException {
        return Cluster.of(Json.object(JSON.std.anyFrom(json)), "7711168805385076805");
    }

    @Test
    @DisplayName("of Patroni 4.1 shows received and replayed positions, and nothing nobody has")
    void detailed() throws IOException {
        assertThat(MemberTable.of(cluster(Recorded.CLUSTER)).render())
                .isEqualTo(
                        """
                        + Cluster: demo (7711168805385076805) ----------+----+-------------+-------------+------------+------------+----------+
                        | Member | Host           | Role    | State     | TL | Receive LSN | Receive Lag | Replay LSN | Replay Lag | Tags     |
                        +--------+----------------+---------+-----------+----+-------------+-------------+------------+------------+----------+
                        | node-a | 127.0.0.1:5501 | Leader  | running   |  1 |             |             |            |            | zone: z1 |
                        | node-b | 127.0.0.1:5502 | Replica | streaming |  1 | 0/4000060   |           0 | 0/4000060  |          0 | zone: z2 |
                        +--------+----------------+---------+-----------+----+-------------+-------------+------------+------------+----------+
                        """);
    }

    @Test
    @DisplayName("of Patroni 4.0, which tells one lag only, shows that one")
    void onlyTotal() throws IOException {
        var table =
                MemberTable.of(
                        cluster(
                                """
                                {"scope":"demo","pause":true,
                                 "scheduled_switchover":{"at":"2030-01-01T00:00:00+00:00","from":"node-a","to":"node-b"},
                                 "members":[
                                 {"name":"node-b","role":"sync_standby","state":"streaming","host":"::1","port":5502,"lag":3670016},
                                 {"name":"node-a","role":"leader","state":"running","host":"h","port":5501,"timeline":2,
                                  "pending_restart":true,
                                  "pending_restart_reason":{"max_connections":{"old_value":"50","new_value":"60"}}},
                                 {"name":"node-c","role":"replica","state":"stopped","lag":"unknown"}]}
                                """));
        assertThat(table.headings())
                .containsExactly(
                        "Member",
                        "Host",
                        "Role",
                        "State",
                        "TL",
                        "Lag in MB",
                        "Pending restart",
                        "Pending restart reason");
        assertThat(table.rows().get(0))
                .containsExactly(
                        "node-a",
                        "h:5501",
                        "Leader",
                        "running",
                        2L,
                        null,
                        "*",
                        "max_connections: 50->60");
        assertThat(table.rows().get(1))
                .containsExactly(
                        "node-b", "[::1]:5502", "Sync Standby", "streaming", null, 4L, null, null);
        assertThat(table.rows().get(2)).contains("unknown");
        assertThat(table.notes())
                .containsExactly(
                        "Maintenance mode: on",
                        "Switchover scheduled at: 2030-01-01T00:00:00+00:00, from: node-a, to: node-b");
    }

    @Test
    @DisplayName("rounds lag to megabytes")
    void megabytes() {
        assertThat(MemberTable.megabytes(0)).isEqualTo(0);
        assertThat(MemberTable.megabytes(524_287)).isEqualTo(0);
        assertThat(MemberTable.megabytes(524_288)).isEqualTo(1);
        assertThat(MemberTable.megabytes(10L << 30)).isEqualTo(10_240);
    }

    @Test
    @DisplayName("as a tree follows replicatefrom, and shows even those that name each other")
    void topology() throws IOException {
        var tree =
                Topology.of(
                        cluster(
                                        """
                                        {"members":[
                                         {"name":"a","role":"replica","tags":{"replicatefrom":"c"}},
                                         {"name":"b","role":"leader"},
                                         {"name":"c","role":"replica"},
                                         {"name":"d","role":"replica","tags":{"replicatefrom":"nobody"}},
                                         {"name":"x","role":"replica","tags":{"replicatefrom":"y"}},
                                         {"name":"y","role":"replica","tags":{"replicatefrom":"x"}}]}
                                        """)
                                .members());
        assertThat(tree)
                .extracting(Topology.Branch::label)
                .containsExactly("b", "+ c", "  + a", "+ d", "+ x", "  + y");
    }
}
