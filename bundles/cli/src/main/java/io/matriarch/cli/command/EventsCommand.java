package io.matriarch.cli.command;

import io.matriarch.api.Code;
import io.matriarch.api.MatriarchException;
import io.matriarch.cli.core.Events;
import io.matriarch.cli.core.Events.Event;
import io.matriarch.cli.core.Member;
import io.matriarch.cli.core.Times;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "events",
        aliases = "why",
        description = "Show what the members decided, and why, as one story.")
final class EventsCommand implements Callable<Integer> {

    private final Root root;

    @Option(
            names = "--since",
            paramLabel = "TIME",
            description = "How far back, such as 10m (default: 1h).")
    private String since = "1h";

    @Option(
            names = {"-m", "--member"},
            paramLabel = "MEMBER",
            description = "Only this member's.")
    private @Nullable String member;

    @Option(names = "--facts", description = "Also show what each decision was taken on.")
    private boolean facts;

    EventsCommand(Root root) {
        this.root = root;
    }

    @Override
    public Integer call() throws MatriarchException {
        var span = Times.span(since, "--since");
        return root.show(() -> view(root.surroundings().clock().instant().minus(span)));
    }

    private View view(Instant from) throws MatriarchException {
        var cluster = root.session().cluster();
        List<Member> members = member == null ? cluster.members() : List.of(cluster.member(member));
        var failures = new ArrayList<String>();
        var stories =
                Fanout.each(
                        members,
                        m -> Events.read(read(m, from), m.name()),
                        (m, why) -> failures.add(m.name() + ": " + why));
        for (String failure : failures) root.warn("no decisions of " + failure);
        if (stories.isEmpty())
            throw new MatriarchException(
                    Code.API_UNREACHABLE,
                    "no member tells its decisions",
                    "Patroni's members keep none; look at their logs");
        List<Event> events = Events.merge(stories, from);
        return View.of(
                Events.table(events, ZoneId.systemDefault(), facts),
                events.stream().map(Event::json).toList());
    }

    private @Nullable Object read(Member from, Instant start) throws MatriarchException {
        var session = root.session();
        return session.read(session.at(from), "/api/v1/decisions?since=" + start);
    }
}
