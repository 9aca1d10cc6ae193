package io.matriarch.cli.command;

import io.matriarch.api.Code;
import io.matriarch.api.MatriarchException;
import io.matriarch.cli.core.Cluster;
import io.matriarch.cli.core.Member;
import io.matriarch.cli.core.Targets;
import io.matriarch.cli.core.Times;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "restart",
        description = "Restart PostgreSQL of members, standbys first, now or at a time.")
final class RestartCommand implements Callable<Integer> {

    /** A start may replay a lot of WAL; Patroni's leaders wait 300 s for it by default. */
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private static final Pattern VERSION = Pattern.compile("\\d+\\.\\d+");

    private final Root root;
    @Mixin private MemberNames members = new MemberNames();

    @Option(
            names = {"--at", "--scheduled"},
            paramLabel = "TIME",
            description = "When, in ISO 8601 with a zone (default: now).")
    private @Nullable String at;

    @Option(
            names = {"-p", "--pending"},
            description = "Only where a changed parameter waits for it.")
    private boolean pending;

    @Option(
            names = {"--older-than", "--pg-version"},
            paramLabel = "VERSION",
            description = "Only where the server is older than this, such as 17.5.")
    private @Nullable String olderThan;

    @Option(
            names = "--start-timeout",
            paramLabel = "TIME",
            description = "How long the start may take before a leader gives up its lease.")
    private @Nullable String startTimeout;

    @Option(names = "--cancel", description = "Take back a scheduled restart.")
    private boolean cancel;

    RestartCommand(Root root) {
        this.root = root;
    }

    @Override
    public Integer call() throws MatriarchException {
        var cluster = root.session().cluster();
        var targets = Targets.of(cluster, members.names, Targets.Role.of(members.role));
        if (cancel)
            return EachMember.change(
                    root, targets, "cancelling the restart", "DELETE", "/restart", null, PATIENCE);
        if (pending) targets = waiting(targets);
        var body = conditions();
        Confirmation.ask(root, cluster, question(targets));
        return EachMember.change(root, targets, "restart", "POST", "/restart", body, PATIENCE);
    }

    private List<Member> waiting(List<Member> targets) throws MatriarchException {
        var waiting = targets.stream().filter(m -> m.pendingRestart().isPresent()).toList();
        if (waiting.isEmpty())
            throw new MatriarchException(
                    Code.REFUSED,
                    "no restart is pending on " + Cluster.names(targets),
                    "leave --pending out to restart all the same");
        return waiting;
    }

    private LinkedHashMap<String, @Nullable Object> conditions() throws MatriarchException {
        var body = new LinkedHashMap<String, @Nullable Object>();
        if (at != null)
            body.put(
                    "schedule",
                    Times.scheduled(at, "--at", root.surroundings().clock().instant()).toString());
        var role = Targets.Role.of(members.role);
        // said again to the member: its role may change until a scheduled restart is due
        if (role != Targets.Role.ANY)
            body.put("role", role.name().toLowerCase(java.util.Locale.ROOT));
        if (pending) body.put("restart_pending", true);
        if (olderThan != null) body.put("postgres_version", version(olderThan));
        if (startTimeout != null)
            body.put("timeout", Times.span(startTimeout, "--start-timeout").toSeconds());
        return body;
    }

    private static String version(String text) throws MatriarchException {
        if (VERSION.matcher(text).matches()) return text;
        throw new MatriarchException(
                Code.USAGE,
                "--older-than: \"%s\" is not a version of PostgreSQL".formatted(text),
                "give major and minor number, such as 17.5");
    }

    private String question(List<Member> targets) {
        return "Restart PostgreSQL of %s%s?"
                .formatted(Cluster.names(targets), at == null ? "" : " at " + at);
    }
}
