package io.matriarch.management.jmx;

import io.matriarch.failover.api.NodeStatus;
import io.matriarch.failover.api.RestartRequest;
import io.matriarch.management.core.DryRun;
import io.matriarch.management.core.Identity;
import io.matriarch.management.core.Neighbours;
import io.matriarch.management.core.Refused;
import io.matriarch.management.core.Requests;
import io.matriarch.management.core.Route;
import java.time.InstantSource;
import java.util.List;

final class MemberBean implements MemberMXBean {
    private final Neighbours neighbours;
    private final Jobs jobs;
    private final Identity identity;
    private final InstantSource clock;

    MemberBean(Neighbours neighbours, Jobs jobs, Identity identity, InstantSource clock) {
        this.neighbours = neighbours;
        this.jobs = jobs;
        this.identity = identity;
        this.clock = clock;
    }

    @Override
    public NodeStatus getSnapshot() {
        return Calls.get(() -> neighbours.failover().node());
    }

    @Override
    public String getScope() {
        return identity.scope();
    }

    @Override
    public String getName() {
        return identity.name();
    }

    @Override
    public String getVersion() {
        return identity.version();
    }

    @Override
    public String getRole() {
        return getSnapshot().role();
    }

    @Override
    public String getState() {
        return getSnapshot().state();
    }

    @Override
    public int getTimeline() {
        return getSnapshot().timeline();
    }

    @Override
    public long getPositionBytes() {
        return getSnapshot().positionBytes();
    }

    @Override
    public boolean isLeader() {
        return getSnapshot().leader();
    }

    @Override
    public long getLeaseLeftMillis() {
        return getSnapshot().leaseLeftMillis();
    }

    @Override
    public String getGuard() {
        return getSnapshot().guard();
    }

    @Override
    public String getAction() {
        return getSnapshot().action();
    }

    @Override
    public String getLastDecision() {
        return getSnapshot().lastDecision();
    }

    @Override
    public String getLastReason() {
        return getSnapshot().lastReason();
    }

    @Override
    public List<Views.Decision> decisions(long sinceSeconds) {
        return Calls.get(() -> {
            var in = Calls.parameters(Route.DECISIONS, Calls.named("sinceSeconds", sinceSeconds));
            return neighbours.failover().decisions(Requests.since(in, clock.instant())).stream()
                    .map(Views.Decision::of)
                    .toList();
        });
    }

    private static RestartRequest request(
            String at, String role, String olderThan, boolean onlyIfPending, long timeoutSeconds)
            throws Refused {
        return Requests.restart(
                Calls.parameters(
                        Route.RESTART,
                        Calls.named(
                                "at",
                                at,
                                "role",
                                role,
                                "olderThan",
                                olderThan,
                                "onlyIfPending",
                                onlyIfPending,
                                "timeoutSeconds",
                                timeoutSeconds)));
    }

    @Override
    public JobView restart(
            String at, String role, String olderThan, boolean onlyIfPending, long timeoutSeconds) {
        try {
            var request = request(at, role, olderThan, onlyIfPending, timeoutSeconds);
            return jobs.start("restart", () -> neighbours.failover().restart(request));
        } catch (Refused e) {
            return jobs.refused("restart", e);
        }
    }

    @Override
    public Views.Outcome restartDryRun(
            String at, String role, String olderThan, boolean onlyIfPending, long timeoutSeconds) {
        return Calls.perform(() -> {
            var failover = neighbours.failover();
            return DryRun.restart(
                    failover.node(),
                    failover.cluster(),
                    request(at, role, olderThan, onlyIfPending, timeoutSeconds));
        });
    }

    @Override
    public Views.Outcome cancelRestart() {
        return Calls.perform(() -> neighbours.failover().cancelRestart());
    }

    @Override
    public JobView reinitialize(boolean force, boolean fromLeader) {
        return jobs.start(
                "reinitialize", () -> neighbours.failover().reinitialize(force, fromLeader));
    }

    @Override
    public Views.Outcome reinitializeDryRun(boolean force, boolean fromLeader) {
        return Calls.perform(() -> {
            var failover = neighbours.failover();
            return DryRun.reinitialize(failover.node(), failover.cluster(), force, fromLeader);
        });
    }

    @Override
    public Views.Outcome reload() {
        return Calls.perform(() -> neighbours.failover().reload());
    }

    @Override
    public Views.Outcome prepareRestart(long seconds) {
        return Calls.perform(() -> {
            var in = Calls.parameters(Route.PREPARE_RESTART, Calls.named("seconds", seconds));
            return neighbours
                    .failover()
                    .prepareRestart(Math.toIntExact(in.integer("seconds").orElseThrow()));
        });
    }

    @Override
    public JobView shutDown() {
        return jobs.start(
                "shutDown",
                () -> {
                    var answer = neighbours.failover().shutDown();
                    if (answer.status() == 200) neighbours.endProcess();
                    return answer;
                });
    }

    @Override
    public Views.Outcome shutDownDryRun() {
        return Calls.perform(() -> {
            var failover = neighbours.failover();
            return DryRun.shutDown(failover.node(), failover.cluster());
        });
    }
}
