package io.matriarch.failover.agent;

import io.matriarch.failover.core.LocalView.RunningAction;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The one long action of this node: runs beside the loop, never two at once. */
final class LongAction {
    private record Running(RunningAction.Kind kind, long sinceNanos, Thread thread) {}

    private final Runnable wake;
    private @Nullable Running running;

    LongAction(Runnable wake) {
        this.wake = wake;
    }

    /** What an action does; what it throws is its outcome. */
    interface Body {
        void run() throws Exception;
    }

    /**
     * Starts an action.
     *
     * @return done when the action is; empty if another one is under way
     */
    synchronized Optional<CompletableFuture<Void>> start(RunningAction.Kind kind, Body body) {
        if (running != null) return Optional.empty();
        var done = new CompletableFuture<Void>();
        var thread =
                Thread.ofVirtual().name("action-" + kind.text()).unstarted(() -> run(body, done));
        running = new Running(kind, System.nanoTime(), thread);
        thread.start();
        return Optional.of(done);
    }

    private void run(Body body, CompletableFuture<Void> done) {
        try {
            body.run();
            ended();
            done.complete(null);
        } catch (Throwable e) { // whatever it was, whoever waits for the action must hear of it
            ended();
            done.completeExceptionally(e);
        }
        wake.run();
    }

    private synchronized void ended() {
        running = null;
    }

    synchronized Optional<RunningAction> now() {
        return Optional.ofNullable(running)
                .map(some ->
                        new RunningAction(
                                some.kind(),
                                Duration.ofNanos(System.nanoTime() - some.sinceNanos())));
    }

    /**
     * Whether servers that run now are the action's own and gone in a moment: initdb's, single-user
     * mode's.
     */
    synchronized boolean passing() {
        return running != null
                && switch (running.kind()) {
                    case BOOTSTRAP, RECOVERY, REWIND, CLONE, REINITIALIZE -> true;
                    case START, PROMOTE, DEMOTE, FOLLOW, RESTART, REPLACE -> false;
                };
    }

    /** Asks the action to end; it is over when {@link #now} says so. */
    synchronized void interrupt() {
        if (running != null) running.thread().interrupt();
    }
}
