package io.matriarch.failover.agent;

import io.matriarch.api.MemberName;
import io.matriarch.failover.core.FailsafeView.Promise;
import io.matriarch.failover.core.FailsafeView.Sender;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Whether this node may become a primary: either it is one, or is about to be, or it has promised
 * another leader not to. One lock holds both, so there is no instant in which it is both.
 */
final class Allegiance {
    private final PromiseFile file;
    private final LongSupplier clock;
    private @Nullable Sender sender;
    private boolean certain;
    private long until;

    /** What the disk says; later than {@link #until}, so that few promises wait for the disk. */
    private long written;

    private boolean leading;

    /** What {@link #promise} says. */
    sealed interface Reply {
        record Promised() implements Reply {}

        record Refused(String why) implements Reply {}
    }

    /**
     * What an earlier life of this agent promised holds from here on.
     *
     * @param clock nanoseconds of the machine's monotonic clock, as {@code System.nanoTime()}
     */
    Allegiance(PromiseFile file, LongSupplier clock) {
        this.file = file;
        this.clock = clock;
        switch (file.read()) {
            case PromiseFile.Found.Until(long nanos) -> {
                until = nanos;
                certain = true;
            }
            case PromiseFile.Found.Nothing() -> until = clock.getAsLong();
        }
        written = until;
    }

    /**
     * The cluster's timing is known: if the disk does not tell what was promised, the longest
     * possible promise counts.
     */
    synchronized void takeUp(Duration longest) {
        if (certain) return;
        certain = true;
        long end = clock.getAsLong() + longest.toNanos();
        if (end - until > 0) until = end;
        if (file.write(until).isEmpty()) written = until;
    }

    /**
     * Promises not to be promoted for the sender's time from now, unless we lead ourselves. On disk
     * it lasts for twice as long: a leader asks every second, and a disk that is busy must not keep
     * it waiting each time. So an agent that is killed meanwhile keeps it for longer than it had
     * to.
     */
    synchronized Reply promise(Sender to) {
        if (leading) return new Reply.Refused("Running as a leader");
        long now = clock.getAsLong();
        long end = now + to.ttl().toNanos();
        boolean holds = until - now > 0;
        if (holds && until - end > 0) end = until; // an earlier promise is kept as well
        if (end - written > 0) {
            long ahead = end + to.ttl().toNanos();
            String trouble = file.write(ahead);
            if (!trouble.isEmpty()) return new Reply.Refused(trouble);
            written = ahead;
        }
        sender = to;
        until = end;
        return new Reply.Promised();
    }

    /** From now on we are a primary, or may become one at any moment; false: we promised not to. */
    synchronized boolean lead() {
        if (promise().isPresent()) return false;
        leading = true;
        return true;
    }

    /** A primary runs beside us already. */
    synchronized void leads() {
        leading = true;
    }

    /** Nothing runs, or what runs is a standby that nobody told to become more. */
    synchronized void leadsNoMore() {
        leading = false;
    }

    /** Whether {@code name} has our promise at present. */
    synchronized boolean servesOn(MemberName name) {
        return promise().flatMap(Promise::to).map(Sender::name).filter(name::equals).isPresent();
    }

    synchronized Optional<Promise> promise() {
        long left = until - clock.getAsLong();
        if (left <= 0) return Optional.empty();
        return Optional.of(new Promise(Optional.ofNullable(sender), Duration.ofNanos(left)));
    }
}
