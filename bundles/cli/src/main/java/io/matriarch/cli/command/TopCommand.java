package io.matriarch.cli.command;

import io.matriarch.api.MatriarchException;
import io.matriarch.cli.core.Member;
import io.matriarch.cli.core.Outcome;
import io.matriarch.cli.core.Samples;
import io.matriarch.cli.core.Table;
import io.matriarch.cli.core.TopView;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "top",
        description = {
            "What sessions do and wait for, locks, replication and WAL, of all members or of one.",
            "It costs no query: it shows what /metrics tells. Rates need --watch."
        })
final class TopCommand implements Callable<Integer> {
    private final Root root;
    private final Map<String, Seen> before = new HashMap<>();

    @Mixin private MemberChoice choice = new MemberChoice();

    TopCommand(Root root) {
        this.root = root;
    }

    private record Seen(Samples samples, Instant at) {}

    private record Page(Member member, Samples samples) {}

    @Override
    public Integer call() throws MatriarchException {
        return root.show(this::view);
    }

    private View view() throws MatriarchException {
        var silent = new ArrayList<String>();
        var pages =
                Fanout.each(
                        members(),
                        this::page,
                        (member, why) -> silent.add(member.name() + " does not tell: " + why));
        var now = root.surroundings().clock().instant();
        var looks = new ArrayList<TopView.Look>();
        for (var page : pages) {
            var seen = before.put(page.member().name(), new Seen(page.samples(), now));
            looks.add(
                    new TopView.Look(
                            page.member(),
                            page.samples(),
                            seen == null ? null : seen.samples(),
                            seen == null ? Duration.ZERO : Duration.between(seen.at(), now)));
        }
        var tables = TopView.tables(looks);
        var data = new LinkedHashMap<String, @Nullable Object>();
        for (var table : tables) data.put(table.title(), table.objects());
        data.put("silent", silent);
        return new View(() -> text(tables, silent), data);
    }

    private List<Member> members() throws MatriarchException {
        var cluster = root.session().cluster();
        return choice.member == null ? cluster.members() : List.of(cluster.member(choice.member));
    }

    private Page page(Member member) throws MatriarchException {
        var answer = root.session().at(member).get("/metrics", root.timeout(Session.SOON));
        Outcome.check("GET /metrics", answer.from().toString(), answer.status(), answer.body());
        return new Page(member, Samples.of(answer.body()));
    }

    private static String text(List<Table> tables, List<String> silent) {
        return tables.stream().map(Table::render).collect(Collectors.joining("\n"))
                + silent.stream().map(line -> line + "\n").collect(Collectors.joining());
    }
}
