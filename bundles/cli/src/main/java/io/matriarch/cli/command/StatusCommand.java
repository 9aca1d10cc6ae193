package io.matriarch.cli.command;

import io.matriarch.api.MatriarchException;
import io.matriarch.cli.core.Cluster;
import io.matriarch.cli.core.Json;
import io.matriarch.cli.core.Member;
import io.matriarch.cli.core.MemberTable;
import io.matriarch.cli.core.Table;
import io.matriarch.cli.rest.Api;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;

@Command(
        name = "status",
        description =
                "The cluster on one screen: members, what is not well, what fires, what happened"
                        + " lately.")
final class StatusCommand implements Callable<Integer> {
    private static final String DAY = "86400";

    private final Root root;

    StatusCommand(Root root) {
        this.root = root;
    }

    /** What one member told. */
    private record Told(String member, List<Map<String, @Nullable Object>> rows) {}

    @Override
    public Integer call() throws MatriarchException {
        return root.show(this::view);
    }

    private View view() throws MatriarchException {
        var cluster = root.session().cluster();
        var silent = new ArrayList<String>();
        var health = each(cluster, "/api/v1/health", "checks", silent);
        var events =
                each(cluster, "/api/v1/events?sinceSeconds=" + DAY, "events", new ArrayList<>());
        var troubles = troubles(health, silent);
        var happened = happened(events);
        var fires = fires();
        var data = new LinkedHashMap<String, Object>();
        data.put("members", MemberTable.of(cluster).objects());
        data.put("troubles", troubles.objects());
        fires.table().ifPresent(table -> data.put("alerts", table.objects()));
        data.put("events", happened.objects());
        return new View(
                () ->
                        MemberTable.of(cluster).render()
                                + (troubles.rows().isEmpty()
                                        ? "\nAll members are well.\n"
                                        : "\n" + troubles.render())
                                + fires.text()
                                + (happened.rows().isEmpty()
                                        ? "\nNo failover or outage in the last day.\n"
                                        : "\n" + happened.render()),
                data);
    }

    /** What fires, as any member tells it. */
    private record Fires(Optional<Table> table, String why) {
        String text() {
            if (table.isEmpty()) return "\nAlerts are not known: " + why + "\n";
            var told = table.get();
            if (!told.rows().isEmpty()) return "\n" + told.render();
            return "\nNo alert fires.\n"
                    + told.notes().stream().map(note -> note + "\n").collect(Collectors.joining());
        }
    }

    private Fires fires() throws MatriarchException {
        var session = root.session();
        try {
            var json = Json.object(session.read(session.anyOr(null), "/api/v1/alerts"));
            return new Fires(Optional.of(AlertsCommand.table(json, false)), "");
        } catch (MatriarchException e) { // no alerting there, or a member of Patroni
            return new Fires(Optional.empty(), String.valueOf(e.getMessage()));
        }
    }

    private List<Told> each(Cluster cluster, String path, String key, List<String> silent)
            throws MatriarchException {
        return Fanout.each(
                cluster.members(),
                member -> new Told(member.name(), rows(member, path, key)),
                (member, why) -> silent.add(member.name() + ": " + why));
    }

    private List<Map<String, @Nullable Object>> rows(Member member, String path, String key)
            throws MatriarchException {
        var session = root.session();
        var answer = session.at(member).get(path, root.timeout(Session.SOON));
        var json = Json.object(Api.json(answer));
        if (!json.containsKey(key))
            throw new MatriarchException(
                    io.matriarch.api.Code.REFUSED,
                    "answers %d to GET %s".formatted(answer.status(), path),
                    "Patroni's members do not know it");
        return Json.objects(json.get(key));
    }

    private static Table troubles(List<Told> health, List<String> silent) {
        var rows = new ArrayList<List<@Nullable Object>>();
        for (var told : health)
            for (var check : told.rows())
                if (!Json.text(check, "status").equals("ok")
                        && !Json.text(check, "aspect").equals("restart"))
                    rows.add(
                            Arrays.asList(
                                    told.member(),
                                    Json.text(check, "status"),
                                    Json.text(check, "text")));
        for (String line : silent) {
            String[] parts = line.split(": ", 2);
            rows.add(Arrays.asList(parts[0], "unknown", parts[1]));
        }
        return new Table("Not well", List.of("Member", "Status", "Why"), rows);
    }

    private static Table happened(List<Told> events) {
        var rows = new ArrayList<List<@Nullable Object>>();
        for (var told : events)
            for (var event : told.rows())
                rows.add(
                        Arrays.asList(
                                Json.text(event, "began"),
                                Json.text(event, "kind"),
                                told.member(),
                                Json.text(event, "former"),
                                event.get("lostBytes"),
                                Json.text(event, "reason")));
        rows.sort((a, b) -> String.valueOf(a.getFirst()).compareTo(String.valueOf(b.getFirst())));
        return new Table(
                "Last day", List.of("Began", "What", "Member", "From", "Bytes lost", "Why"), rows);
    }
}
