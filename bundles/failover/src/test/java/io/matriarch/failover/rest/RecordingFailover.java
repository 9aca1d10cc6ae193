package io.matriarch.failover.rest;

import io.matriarch.failover.api.Answer;
import io.matriarch.failover.api.ClusterStatus;
import io.matriarch.failover.api.DecisionRecord;
import io.matriarch.failover.api.DemoteRequest;
import io.matriarch.failover.api.Failover;
import io.matriarch.failover.api.NodeStatus;
import io.matriarch.failover.api.PeerSight;
import io.matriarch.failover.api.RestartRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Writes down what it is asked for and gives one answer to everything. */
final class RecordingFailover implements Failover {
    final List<String> asked = new ArrayList<>();
    Answer answer = new Answer(200, "done");

    private Answer record(String what) {
        asked.add(what);
        return answer;
    }

    @Override
    public NodeStatus node() {
        throw new UnsupportedOperationException("node");
    }

    @Override
    public ClusterStatus cluster() {
        throw new UnsupportedOperationException("cluster");
    }

    @Override
    public List<PeerSight> peers(Duration deadline) {
        throw new UnsupportedOperationException("peers");
    }

    @Override
    public List<DecisionRecord> decisions(Instant since) {
        throw new UnsupportedOperationException("decisions");
    }

    @Override
    public Answer switchover(
            String leader, Optional<String> candidate, Optional<Instant> at, boolean dryRun) {
        return record("switchover " + leader + " " + candidate + " " + at + " " + dryRun);
    }

    @Override
    public Answer failover(String candidate, boolean dryRun) {
        return record("failover " + candidate + " " + dryRun);
    }

    @Override
    public Answer cancelSwitchover() {
        return record("cancelSwitchover");
    }

    @Override
    public Answer promoteCluster(boolean dryRun) {
        return record("promoteCluster " + dryRun);
    }

    @Override
    public Answer demoteCluster(DemoteRequest request, boolean dryRun) {
        return record("demoteCluster " + request.host().orElse("") + " " + dryRun);
    }

    @Override
    public Answer restart(RestartRequest request) {
        return record("restart " + request.role().orElse("any") + " " + request.onlyIfPending());
    }

    @Override
    public Answer cancelRestart() {
        return record("cancelRestart");
    }

    @Override
    public Answer reinitialize(boolean force, boolean fromLeader) {
        return record("reinitialize " + force + " " + fromLeader);
    }

    @Override
    public Answer replaceData(String directory, boolean dryRun) {
        return record("replaceData " + directory + " " + dryRun);
    }

    @Override
    public Answer cancelReplacement(boolean force) {
        return record("cancelReplacement " + force);
    }

    @Override
    public Answer reload() {
        return record("reload");
    }

    @Override
    public Answer pause() {
        return record("pause");
    }

    @Override
    public Answer resume() {
        return record("resume");
    }

    @Override
    public Optional<String> config() {
        throw new UnsupportedOperationException("config");
    }

    @Override
    public Answer patchConfig(String json) {
        return record("patch " + json);
    }

    @Override
    public Answer replaceConfig(String json) {
        return record("replace " + json);
    }

    @Override
    public String history() {
        throw new UnsupportedOperationException("history");
    }

    @Override
    public Answer prepareRestart(int seconds) {
        return record("prepareRestart " + seconds);
    }

    @Override
    public Answer shutDown() {
        return record("shutDown");
    }
}
