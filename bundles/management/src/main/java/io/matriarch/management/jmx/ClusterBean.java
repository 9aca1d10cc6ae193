package io.matriarch.management.jmx;

import io.matriarch.failover.api.ClusterStatus;
import io.matriarch.management.core.DryRun;
import io.matriarch.management.core.Neighbours;
import io.matriarch.management.core.Parameters;
import io.matriarch.management.core.Refused;
import io.matriarch.management.core.Requests;
import io.matriarch.management.core.Route;
import java.util.List;

final class ClusterBean implements ClusterMXBean {
    private final Neighbours neighbours;
    private final Jobs jobs;

    ClusterBean(Neighbours neighbours, Jobs jobs) {
        this.neighbours = neighbours;
        this.jobs = jobs;
    }

    private ClusterStatus cluster() {
        return Calls.get(() -> neighbours.failover().cluster());
    }

    @Override
    public String getScope() {
        return cluster().scope();
    }

    @Override
    public String getSystemId() {
        return cluster().systemId();
    }

    @Override
    public String getLeader() {
        return cluster().leader();
    }

    @Override
    public boolean isPaused() {
        return cluster().paused();
    }

    @Override
    public String getScheduledSwitchover() {
        return cluster().scheduledSwitchover();
    }

    @Override
    public List<Views.Member> getMembers() {
        return getSnapshot().members();
    }

    @Override
    public long getStoreRevision() {
        return cluster().revision();
    }

    @Override
    public long getAgeMillis() {
        return cluster().ageMillis();
    }

    @Override
    public Views.Cluster getSnapshot() {
        return Views.Cluster.of(cluster());
    }

    @Override
    public String getHistory() {
        return Calls.get(() -> neighbours.failover().history());
    }

    @Override
    public String getConfig() {
        return Calls.get(() -> neighbours.failover().config().orElse(""));
    }

    private static Parameters checked(String leader, String candidate, String at) throws Refused {
        return Calls.parameters(
                Route.SWITCHOVER, Calls.named("leader", leader, "candidate", candidate, "at", at));
    }

    private static String candidate(String candidate) throws Refused {
        return Calls.parameters(Route.FAILOVER, Calls.named("candidate", candidate))
                .required("candidate");
    }

    @Override
    public JobView switchover(String leader, String candidate, String at) {
        try {
            var in = checked(leader, candidate, at);
            return jobs.start(
                    "switchover",
                    () ->
                            neighbours
                                    .failover()
                                    .switchover(
                                            in.required("leader"),
                                            in.text("candidate"),
                                            in.instant("at"),
                                            false));
        } catch (Refused e) {
            return jobs.refused("switchover", e);
        }
    }

    @Override
    public Views.Outcome switchoverDryRun(String leader, String candidate, String at) {
        return Calls.perform(() -> {
            var in = checked(leader, candidate, at);
            return neighbours
                    .failover()
                    .switchover(
                            in.required("leader"), in.text("candidate"), in.instant("at"), true);
        });
    }

    @Override
    public JobView failover(String candidate) {
        try {
            String checked = candidate(candidate);
            return jobs.start("failover", () -> neighbours.failover().failover(checked, false));
        } catch (Refused e) {
            return jobs.refused("failover", e);
        }
    }

    @Override
    public Views.Outcome failoverDryRun(String candidate) {
        return Calls.perform(() -> neighbours.failover().failover(candidate(candidate), true));
    }

    @Override
    public Views.Outcome cancelSwitchover() {
        return Calls.perform(() -> neighbours.failover().cancelSwitchover());
    }

    @Override
    public JobView promoteCluster() {
        return jobs.start("promote-cluster", () -> neighbours.failover().promoteCluster(false));
    }

    @Override
    public Views.Outcome promoteClusterDryRun() {
        return Calls.perform(() -> neighbours.failover().promoteCluster(true));
    }

    @Override
    public JobView replaceData(String directory) {
        return jobs.start(
                "replace-data", () -> neighbours.failover().replaceData(directory, false));
    }

    @Override
    public Views.Outcome replaceDataDryRun(String directory) {
        return Calls.perform(() -> neighbours.failover().replaceData(directory, true));
    }

    @Override
    public Views.Outcome cancelReplacement(boolean force) {
        return Calls.perform(() -> neighbours.failover().cancelReplacement(force));
    }

    @Override
    public JobView demoteCluster(
            String host, String port, String restoreCommand, String primarySlotName) {
        var request = Requests.demote(host, port, restoreCommand, primarySlotName);
        return jobs.start(
                "demote-cluster", () -> neighbours.failover().demoteCluster(request, false));
    }

    @Override
    public Views.Outcome demoteClusterDryRun(
            String host, String port, String restoreCommand, String primarySlotName) {
        var request = Requests.demote(host, port, restoreCommand, primarySlotName);
        return Calls.perform(() -> neighbours.failover().demoteCluster(request, true));
    }

    @Override
    public Views.Outcome pause() {
        return Calls.perform(() -> neighbours.failover().pause());
    }

    @Override
    public Views.Outcome resume() {
        return Calls.perform(() -> neighbours.failover().resume());
    }

    @Override
    public Views.Outcome patchConfig(String json) {
        return Calls.perform(() -> neighbours.failover().patchConfig(json));
    }

    @Override
    public Views.Outcome patchConfigDryRun(String json) {
        return Calls.perform(
                () -> DryRun.patchConfig(neighbours.failover().config().orElse("{}"), json));
    }
}
