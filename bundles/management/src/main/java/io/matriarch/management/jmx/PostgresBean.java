package io.matriarch.management.jmx;

import io.matriarch.api.MatriarchException;
import io.matriarch.api.SystemId;
import io.matriarch.management.core.Diverged;
import io.matriarch.management.core.Neighbours;
import io.matriarch.management.core.Refused;
import io.matriarch.postgres.api.ControlData;
import io.matriarch.postgres.api.HostPort;
import io.matriarch.postgres.api.PendingRestart;
import io.matriarch.postgres.api.ServerView;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

final class PostgresBean implements PostgresMXBean {
    private static final Duration DEADLINE = Duration.ofSeconds(2);

    private final Neighbours neighbours;
    private final Recent<ServerView> view;

    PostgresBean(Neighbours neighbours, LongSupplier nanoTime) {
        this.neighbours = neighbours;
        view = new Recent<>(() -> neighbours.postgres().observe(DEADLINE), nanoTime);
    }

    /** What the server itself says, or {@code other} if it does not answer. */
    private <T> T live(Function<ServerView.Live, T> part, T other) {
        return view.get().live().map(part).orElse(other);
    }

    @Override
    public String getState() {
        return view.get().state().text();
    }

    @Override
    public long getInStateMillis() {
        return view.get().inState().toMillis();
    }

    @Override
    public String getDataDirectory() {
        return view.get().dataDirectory().name().toLowerCase(Locale.ROOT);
    }

    @Override
    public String getTrouble() {
        return view.get().trouble();
    }

    @Override
    public boolean isRunning() {
        return view.get().running();
    }

    @Override
    public long getPostmasterPid() {
        return view.get().postmaster().map(ServerView.Postmaster::pid).orElse(0L);
    }

    @Override
    public String getAddress() {
        return Calls.get(() -> neighbours.postgres().address().toString());
    }

    @Override
    public String getSystemId() {
        return view.get().systemId().map(SystemId::value).orElse("");
    }

    @Override
    public boolean isChecksums() {
        return view.get().control().map(ControlData::checksums).orElse(false);
    }

    @Override
    public int getServerVersion() {
        return live(ServerView.Live::serverVersion, 0);
    }

    @Override
    public boolean isInRecovery() {
        return live(ServerView.Live::inRecovery, false);
    }

    @Override
    public int getTimeline() {
        return live(ServerView.Live::timeline, 0);
    }

    @Override
    public String getPosition() {
        return live(l -> l.position().toString(), "");
    }

    @Override
    public long getPositionBytes() {
        return live(l -> l.position().value(), -1L);
    }

    @Override
    public String getReplicationState() {
        return live(ServerView.Live::replicationState, "");
    }

    @Override
    public String getUpstream() {
        return live(
                l -> l.upstream().stream().map(HostPort::toString).collect(Collectors.joining(",")),
                "");
    }

    @Override
    public List<Views.Standby> getStandbys() {
        return live(l -> l.walSenders().stream().map(Views.Standby::of).toList(), List.of());
    }

    @Override
    public List<PendingRestart> getPendingRestart() {
        return view.get().pendingRestart();
    }

    @Override
    public List<PastViews.Diverged> getDivergedWal() {
        return Calls.get(() -> {
            try {
                return neighbours.postgres().divergedWal().stream()
                        .map(PastViews.Diverged::of)
                        .toList();
            } catch (MatriarchException e) {
                throw Refused.of(e);
            }
        });
    }

    @Override
    public Views.Outcome removeDivergedWal(String id) {
        return Calls.perform(() -> Diverged.remove(neighbours.postgres(), id, false));
    }

    @Override
    public Views.Outcome removeDivergedWalDryRun(String id) {
        return Calls.perform(() -> Diverged.remove(neighbours.postgres(), id, true));
    }
}
