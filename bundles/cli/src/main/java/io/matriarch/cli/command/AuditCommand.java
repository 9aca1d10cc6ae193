package io.matriarch.cli.command;

import io.matriarch.api.Code;
import io.matriarch.api.MatriarchException;
import io.matriarch.cli.core.Json;
import io.matriarch.cli.core.Member;
import io.matriarch.cli.core.Table;
import io.matriarch.cli.core.Times;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "audit", description = "Show who asked the members to change what.")
final class AuditCommand implements Callable<Integer> {
    private final Root root;

    @Option(
            names = "--since",
            paramLabel = "TIME",
            description = "How far back, such as 2h or 7d (default: 1d).")
    private String since = "1d";

    @Option(
            names = {"-m", "--member"},
            paramLabel = "MEMBER",
            description = "Only what this member was asked.")
    private @Nullable String member;

    AuditCommand(Root root) {
        this.root = root;
    }

    @Override
    public Integer call() throws MatriarchException {
        long seconds = Times.span(since, "--since").toSeconds();
        return root.show(() -> view("/api/v1/audit?sinceSeconds=" + seconds));
    }

    private View view(String path) throws MatriarchException {
        var session = root.session();
        var cluster = session.cluster();
        List<Member> members = member == null ? cluster.members() : List.of(cluster.member(member));
        var failures = new ArrayList<String>();
        var told =
                Fanout.each(
                        members,
                        m ->
                                Json.objects(
                                        Json.object(session.read(session.at(m), path))
                                                .get("entries")),
                        (m, why) -> failures.add(m.name() + ": " + why));
        for (var failure : failures) root.warn("no audit log of " + failure);
        if (told.isEmpty())
            throw new MatriarchException(
                    Code.REFUSED,
                    "no member tells its audit log: " + String.join("; ", failures),
                    "it needs a user with the role operator; Patroni's members keep none");
        var entries = new ArrayList<Map<String, @Nullable Object>>();
        for (var each : told) entries.addAll(each);
        entries.sort(Comparator.comparing(entry -> Json.text(entry, "at")));
        return View.of(table(entries), entries);
    }

    private static Table table(List<Map<String, @Nullable Object>> entries) {
        var rows = new ArrayList<List<@Nullable Object>>();
        for (var entry : entries) {
            var refused = Json.text(entry, "refused");
            rows.add(
                    Arrays.asList(
                            AlertIds.second(entry, "at"),
                            entry.get("member"),
                            who(entry),
                            entry.get("from"),
                            Json.text(entry, "method") + " " + Json.text(entry, "path"),
                            entry.get("body"),
                            refused.isEmpty() ? entry.get("status") : "refused: " + refused));
        }
        var headings = List.of("At", "Asked", "User", "From", "What", "With", "Result");
        return new Table("Changes asked for", headings, rows);
    }

    /** With the role, and with the subject of the certificate they were known by. */
    private static String who(Map<String, @Nullable Object> entry) {
        var known =
                Stream.of("role", "certificate")
                        .map(key -> Json.text(entry, key))
                        .filter(text -> !text.isEmpty())
                        .collect(Collectors.joining(", "));
        var user = Json.text(entry, "user");
        return known.isEmpty() ? user : user + " (" + known + ")";
    }
}
