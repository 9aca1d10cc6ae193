package io.matriarch.cli.core;

import io.matriarch.cli.core.Member.Position;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The table everybody looks at first. Columns nobody has a value for are left out. */
public final class MemberTable {

    private static final long MEGABYTE = 1024 * 1024;

    private record Column(String heading, boolean shown, Function<Member, @Nullable Object> cell) {}

    private MemberTable() {}

    public static Table of(Cluster cluster) {
        return of(cluster, cluster.members(), Member::name);
    }

    /** As a tree: who replicates from whom. */
    public static Table topology(Cluster cluster) {
        var tree = Topology.of(cluster.members());
        var names = new java.util.HashMap<Member, String>();
        tree.forEach(branch -> names.put(branch.member(), branch.label()));
        return of(
                cluster,
                tree.stream().map(Topology.Branch::member).toList(),
                member -> names.getOrDefault(member, member.name()));
    }

    private static Table of(Cluster cluster, List<Member> members, Function<Member, String> label) {
        var columns = columns(members, label).stream().filter(Column::shown).toList();
        var rows = new ArrayList<List<@Nullable Object>>();
        for (var member : members) {
            var row = new ArrayList<@Nullable Object>();
            for (var column : columns) row.add(column.cell().apply(member));
            rows.add(row);
        }
        return new Table(
                title(cluster),
                columns.stream().map(Column::heading).toList(),
                rows,
                notes(cluster));
    }

    private static List<Column> columns(List<Member> members, Function<Member, String> label) {
        boolean detailed = members.stream().anyMatch(m -> m.received().isPresent());
        return List.of(
                new Column("Member", true, label::apply),
                new Column("Host", true, Member::address),
                new Column("Role", true, Member::roleTitle),
                new Column("State", true, Member::state),
                new Column("TL", true, m -> m.timeline().orElse(null)),
                new Column("Lag in MB", !detailed, m -> lag(m.total())),
                new Column("Receive LSN", detailed, m -> lsn(m.received())),
                new Column("Receive Lag", detailed, m -> lag(m.received())),
                new Column("Replay LSN", detailed, m -> lsn(m.replayed())),
                new Column("Replay Lag", detailed, m -> lag(m.replayed())),
                new Column(
                        "Pending restart",
                        members.stream().anyMatch(m -> m.pendingRestart().isPresent()),
                        m -> m.pendingRestart().map(_ -> "*").orElse(null)),
                new Column(
                        "Pending restart reason",
                        members.stream()
                                .anyMatch(m ->
                                        m.pendingRestart().filter(r -> !r.isEmpty()).isPresent()),
                        m -> m.pendingRestart().map(MemberTable::reasons).orElse(null)),
                new Column(
                        "Scheduled restart",
                        members.stream().anyMatch(m -> !m.scheduledRestart().isEmpty()),
                        m -> scheduled(m.scheduledRestart())),
                new Column(
                        "Tags",
                        members.stream().anyMatch(m -> !m.tags().isEmpty()),
                        m -> m.tags().isEmpty() ? null : m.tags()));
    }

    private static String title(Cluster cluster) {
        String id = cluster.systemId().isEmpty() ? "" : " (" + cluster.systemId() + ")";
        return "Cluster: " + cluster.scope() + id;
    }

    private static List<String> notes(Cluster cluster) {
        var notes = new ArrayList<String>();
        if (cluster.paused()) notes.add("Maintenance mode: on");
        if (!cluster.scheduledSwitchover().isEmpty()) notes.add(cluster.scheduledSwitchover());
        return notes;
    }

    private static @Nullable Object lsn(Optional<Position> position) {
        return position.map(Position::lsn).orElse(null);
    }

    private static @Nullable Object lag(Optional<Position> position) {
        return position.<Object>map(
                        p -> p.lagBytes().<Object>map(MemberTable::megabytes).orElse("unknown"))
                .orElse(null);
    }

    /** Rounded to whole megabytes (of 2^20 bytes), as Patroni's tables have it. */
    static Long megabytes(long bytes) {
        return Math.round((double) bytes / MEGABYTE);
    }

    private static String reasons(Map<String, @Nullable Object> reasons) {
        var texts = new ArrayList<String>();
        reasons.forEach((parameter, change) -> {
            var values = Json.object(change);
            texts.add(
                    "%s: %s->%s"
                            .formatted(
                                    parameter,
                                    Json.text(values, "old_value"),
                                    Json.text(values, "new_value")));
        });
        return String.join(", ", texts);
    }

    private static @Nullable String scheduled(Map<String, @Nullable Object> restart) {
        return restart.isEmpty() ? null : Json.text(restart, "schedule");
    }
}
