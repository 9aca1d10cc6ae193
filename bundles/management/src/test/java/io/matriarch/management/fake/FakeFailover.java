package io.matriarch.management.fake;

import io.matriarch.failover.api.Answer;
import io.matriarch.failover.api.ClusterStatus;
import io.matriarch.failover.api.DecisionRecord;
import io.matriarch.failover.api.DemoteRequest;
import io.matriarch.failover.api.Failover;
import io.matriarch.failover.api.MemberStatus;
import io.matriarch.failover.api.NodeStatus;
import io.matriarch.failover.api.PeerSight;
import io.matriarch.failover.api.RestartRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/** Node n1 leads, n2 follows; every request is written down and answered with {@link #next}. */
public final class FakeFailover implements Failover {
    public static final Instant DECIDED = Instant.parse("2026-11-23T04:00:00Z");

    public final List<String> calls = new CopyOnWriteArrayList<>();
    public Answer next = new Answer(200, "done");
    public String role = "primary";
    public boolean paused;

    /** Requests wait here; open unless a test closes it. */
    public CountDownLatch gate = new CountDownLatch(0);

    private Answer note(String call) {
        calls.add(call);
        try {
            gate.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return next;
    }

    @Override
    public NodeStatus node() {
        boolean leads = role.equals("primary");
        return new NodeStatus(
                "n1",
                role,
                "running",
                3,
                50_331_744,
                leads,
                leads ? 4_200 : 0,
                "armed",
                "",
                "Renew",
                "lease is ours");
    }

    @Override
    public ClusterStatus cluster() {
        return new ClusterStatus(
                "main",
                "7300000000000000000",
                role.equals("primary") ? "n1" : "n2",
                paused,
                "",
                List.of(
                        member("n1", "leader", OptionalLong.empty(), true),
                        member("n2", "replica", OptionalLong.of(128), false)),
                42,
                15);
    }

    private static MemberStatus member(
            String name, String role, OptionalLong lag, boolean pendingRestart) {
        return new MemberStatus(
                name,
                role,
                "running",
                "127.0.0.1",
                5432,
                "http://127.0.0.1:8008/patroni",
                3,
                lag,
                lag,
                pendingRestart,
                "",
                Map.of("nofailover", false));
    }

    @Override
    public List<PeerSight> peers(Duration deadline) {
        return List.of();
    }

    @Override
    public List<DecisionRecord> decisions(Instant since) {
        calls.add("decisions " + since);
        return List.of(
                new DecisionRecord(
                        7, DECIDED, "n1", "Renew", "lease is ours", "lease 4 s", 12, DECIDED));
    }

    @Override
    public Answer switchover(
            String leader, Optional<String> candidate, Optional<Instant> at, boolean dryRun) {
        return note("switchover %s %s %s %s".formatted(leader, candidate, at, dryRun));
    }

    @Override
    public Answer failover(String candidate, boolean dryRun) {
        return note("failover %s %s".formatted(candidate, dryRun));
    }

    @Override
    public Answer cancelSwitchover() {
        return note("cancelSwitchover");
    }

    @Override
    public Answer promoteCluster(boolean dryRun) {
        return note("promoteCluster " + dryRun);
    }

    @Override
    public Answer demoteCluster(DemoteRequest request, boolean dryRun) {
        return note("demoteCluster " + request.host().orElse("") + " " + dryRun);
    }

    @Override
    public Answer restart(RestartRequest request) {
        return note("restart " + request);
    }

    @Override
    public Answer cancelRestart() {
        return note("cancelRestart");
    }

    @Override
    public Answer reinitialize(boolean force, boolean fromLeader) {
        return note("reinitialize %s %s".formatted(force, fromLeader));
    }

    @Override
    public Answer replaceData(String directory, boolean dryRun) {
        return note("replaceData %s %s".formatted(directory, dryRun));
    }

    @Override
    public Answer cancelReplacement(boolean force) {
        return note("cancelReplacement %s".formatted(force));
    }

    @Override
    public Answer reload() {
        return note("reload");
    }

    @Override
    public Answer pause() {
        return note("pause");
    }

    @Override
    public Answer resume() {
        return note("resume");
    }

    @Override
    public Optional<String> config() {
        return Optional.of("{\"ttl\":5,\"postgresql\":{\"parameters\":{\"work_mem\":\"4MB\"}}}");
    }

    @Override
    public Answer patchConfig(String json) {
        return note("patchConfig " + json);
    }

    @Override
    public Answer replaceConfig(String json) {
        return note("replaceConfig " + json);
    }

    @Override
    public String history() {
        return "[[1,25165984,\"no recovery target specified\"]]";
    }

    @Override
    public Answer prepareRestart(int seconds) {
        return note("prepareRestart " + seconds);
    }

    @Override
    public Answer shutDown() {
        return note("shutDown");
    }
}
