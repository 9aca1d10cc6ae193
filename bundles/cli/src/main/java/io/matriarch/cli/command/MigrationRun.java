package io.matriarch.cli.command;

import io.matriarch.api.Code;
import io.matriarch.api.MatriarchException;
import io.matriarch.cli.core.Cluster;
import io.matriarch.cli.core.Json;
import io.matriarch.cli.core.Member;
import io.matriarch.cli.core.Migration;
import io.matriarch.cli.core.Migration.Agent;
import io.matriarch.cli.core.Migration.Direction;
import io.matriarch.cli.rest.Api;
import io.matriarch.cli.settings.SettingsReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The change of one node's agent, step by step; each is looked at before the next one. */
final class MigrationRun {
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    /** What an agent that is just starting may answer. */
    private static final Set<Code> NOT_YET =
            Set.of(Code.API_UNREACHABLE, Code.DCS_UNREACHABLE, Code.REFUSED);

    private final Root root;
    private final Direction direction;
    private final MigrationFiles files;
    private final String stop;
    private final String start;
    private final Session session;

    MigrationRun(Root root, Direction direction, Path file, Path target, String stop, String start)
            throws MatriarchException {
        this.root = root;
        this.direction = direction;
        this.files = new MigrationFiles(root, direction, file, target);
        this.stop = stop;
        this.start = start;
        // The agents' address and credentials are those of the file that is migrated.
        this.session =
                new Session(
                        root,
                        SettingsReader.read(Optional.of(file), root.surroundings().environment()));
    }

    int run() throws MatriarchException {
        root.refuseWatch();
        files.judge();
        var here = agent(session.local());
        var cluster = session.cluster();
        Migration.refuse(
                Migration.against(
                        direction,
                        files.name(),
                        files.scope(),
                        here,
                        cluster,
                        agents(cluster),
                        session.config()));
        long postmaster = files.postmaster();
        boolean paused = cluster.paused();
        tell(plan(cluster, here, postmaster, paused));
        if (root.dryRun()) {
            root.say("dry run: nothing stands against it, and nothing was done");
            return 0;
        }
        Confirmation.ask(
                root,
                cluster,
                "Change the agent of %s from %s to %s?"
                        .formatted(here.name(), direction.leaving(), direction.coming()));
        if (!paused) new Maintenance(root, session).turn(true, true);
        change(here, postmaster);
        if (!paused) new Maintenance(root, session).turn(false, true);
        root.say(
                "%s has %s now; PostgreSQL ran on as process %d. For the next boot: systemctl disable %s && systemctl enable %s"
                        .formatted(
                                here.name(),
                                direction.coming(),
                                postmaster,
                                direction.leaving().toLowerCase(java.util.Locale.ROOT),
                                direction.coming().toLowerCase(java.util.Locale.ROOT)));
        return 0;
    }

    private List<String> plan(Cluster cluster, Agent here, long postmaster, boolean paused)
            throws MatriarchException {
        var steps = new ArrayList<String>();
        boolean leads = cluster.leader().filter(l -> l.name().equals(here.name())).isPresent();
        steps.add(
                "%s %s, system identifier %s, PostgreSQL process %d"
                        .formatted(
                                here.name(),
                                leads ? "leads" : "is a standby",
                                here.systemId(),
                                postmaster));
        steps.add(
                paused
                        ? "the cluster is paused already, and is left so"
                        : "pause the cluster, and wait until every member has noticed");
        steps.add("stop %s: %s".formatted(direction.leaving(), stop));
        steps.add(files.step());
        steps.add("start %s: %s".formatted(direction.coming(), start));
        steps.add("wait until it answers for the running server, and the cluster is whole");
        if (!paused) steps.add("resume");
        return steps;
    }

    private void tell(List<String> steps) {
        root.say("Steps:");
        for (int i = 0; i < steps.size(); i++) root.say("  " + i + ". " + steps.get(i));
    }

    /** The part that is done in pause. */
    private void change(Agent here, long postmaster) throws MatriarchException {
        root.say("stopping " + direction.leaving());
        command(stop);
        await(direction.leaving() + " to end", start(direction.leaving()), this::silent);
        same(postmaster);
        files.write();
        root.say("starting " + direction.coming());
        command(start);
        await(
                direction.coming() + " to answer for the running PostgreSQL",
                start(direction.coming()),
                () -> taken(here));
        await("the cluster to be whole", "look with: matriarchctl list", this::whole);
        same(postmaster);
    }

    private String start(String which) {
        return "look at the log of %s; the cluster is paused and PostgreSQL runs. Go on by hand, or go back: start %s, then resume"
                .formatted(which, direction.leaving());
    }

    private void command(String command) throws MatriarchException {
        try {
            int status = root.surroundings().programs().run(List.of("sh", "-c", command));
            if (status != 0)
                throw new MatriarchException(
                        Code.REFUSED,
                        "\"%s\" ended with status %d".formatted(command, status),
                        "the cluster is paused, PostgreSQL runs. Start %s again if it does not run, then: matriarchctl resume"
                                .formatted(direction.leaving()));
        } catch (IOException e) {
            throw new MatriarchException(
                    Code.REFUSED,
                    "\"%s\" cannot be run: %s".formatted(command, e.getMessage()),
                    "is there a shell? The cluster is paused; go on with: matriarchctl resume",
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MatriarchException(
                    Code.UNKNOWN_OUTCOME,
                    "interrupted while \"%s\" ran".formatted(command),
                    "look with: matriarchctl list; the cluster is paused",
                    e);
        }
    }

    private void same(long postmaster) throws MatriarchException {
        long now = files.postmaster();
        if (now != postmaster)
            throw new MatriarchException(
                    Code.UNKNOWN_OUTCOME,
                    "PostgreSQL was process %d and is process %d: it was restarted"
                            .formatted(postmaster, now),
                    "did a program stop it besides its agent? The cluster is paused; look with: matriarchctl list");
    }

    /** A look at how far it is. */
    @FunctionalInterface
    private interface Look {
        boolean reached() throws MatriarchException;
    }

    private void await(String what, String hint, Look look) throws MatriarchException {
        long deadline = System.nanoTime() + root.timeout(PATIENCE).toNanos();
        do {
            if (look.reached()) return;
        } while (System.nanoTime() - deadline < 0 && root.pause(Duration.ofSeconds(1)));
        throw new MatriarchException(Code.UNKNOWN_OUTCOME, "waited in vain for " + what, hint);
    }

    private boolean silent() throws MatriarchException {
        try {
            session.local().get("/patroni", root.timeout(Session.SOON));
            return false;
        } catch (MatriarchException e) {
            if (e.code() == Code.API_UNREACHABLE) return true;
            throw e;
        }
    }

    private boolean taken(Agent before) throws MatriarchException {
        return answers(session.local())
                .filter(now -> now.name().equals(before.name()))
                .filter(now -> direction.reached(now.matriarch()))
                .filter(now -> now.state().equals("running"))
                .filter(now -> now.systemId().equals(before.systemId()))
                .isPresent();
    }

    private boolean whole() throws MatriarchException {
        try {
            var cluster = session.cluster();
            return cluster.leader().filter(Member::serves).isPresent()
                    && cluster.members().stream()
                            .allMatch(m -> m.leads() || m.serves() && !m.state().equals("running"));
        } catch (MatriarchException e) {
            if (NOT_YET.contains(e.code())) return false;
            throw e;
        }
    }

    private Agent agent(Api member) throws MatriarchException {
        var status = Json.object(session.read(member, "/patroni"));
        // Patroni takes a path it does not know for a health check, and answers with its status.
        var own = member.get("/api/v1/cluster", root.timeout(Session.SOON));
        boolean matriarch = own.ok() && !Json.object(Api.json(own)).containsKey("patroni");
        return Agent.of(status, matriarch);
    }

    /** Empty also while an agent starts: its web server is there before its paths are. */
    private Optional<Agent> answers(Api member) throws MatriarchException {
        try {
            return Optional.of(agent(member));
        } catch (MatriarchException e) {
            if (NOT_YET.contains(e.code())) return Optional.empty();
            throw e;
        }
    }

    private List<Agent> agents(Cluster cluster) throws MatriarchException {
        var agents = new ArrayList<Agent>();
        for (var member : cluster.members()) {
            @Nullable Agent agent =
                    member.apiUrl().isEmpty() ? null : answers(session.at(member)).orElse(null);
            if (agent != null) agents.add(agent);
        }
        return agents;
    }
}
