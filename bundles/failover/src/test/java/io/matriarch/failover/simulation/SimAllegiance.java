package io.matriarch.failover.simulation;

import io.matriarch.failover.core.FailsafeView.Promise;
import io.matriarch.failover.core.FailsafeView.Sender;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Whether a node may become a primary; as the real one. What it promised lies on its disk. */
final class SimAllegiance {
    private final SimNode node;
    private @Nullable Sender sender;
    private boolean certain;
    private long until;
    private boolean leading;

    SimAllegiance(SimNode node) {
        this.node = node;
        until = node.nanoTime();
        boolean remembers = node.world.rules.keep(Rule.PROMISE_ON_DISK);
        if (!remembers) certain = true;
        else if (node.promiseFile.isPresent()) {
            until = node.promiseFile.getAsLong();
            certain = true;
        }
    }

    void takeUp(Duration longest) {
        if (certain) return;
        certain = true;
        until = Math.max(until, node.nanoTime() + longest.toNanos());
        node.promiseFile = java.util.OptionalLong.of(until);
    }

    boolean promise(Sender to) {
        if (leading) return false;
        until = Math.max(until, node.nanoTime() + to.ttl().toNanos());
        sender = to;
        long onDisk = node.promiseFile.orElse(Long.MIN_VALUE);
        node.promised(until, until > onDisk ? until + to.ttl().toNanos() : onDisk);
        return true;
    }

    boolean lead() {
        if (promise().isPresent()) return false;
        leading = true;
        return true;
    }

    void leads() {
        leading = true;
    }

    void leadsNoMore() {
        leading = false;
    }

    Optional<Promise> promise() {
        long left = until - node.nanoTime();
        if (left <= 0 || !node.world.rules.keep(Rule.PROMISE_KEPT)) return Optional.empty();
        return Optional.of(new Promise(Optional.ofNullable(sender), Duration.ofNanos(left)));
    }
}
