package io.matriarch.failover.core;

import io.matriarch.api.Lsn;
import io.matriarch.api.MemberName;
import io.matriarch.postgres.api.ServerView;
import io.matriarch.postgres.api.WalSender;
import java.util.Collections;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Which standbys are known to have all that was acknowledged before the present value of {@code
 * synchronous_standby_names} came into force.
 *
 * @param names the value, as PostgreSQL has it
 * @param inForce whether it was seen to be in force
 * @param since how far the WAL was a moment later; empty until then
 * @param confirmed of those named, who has all of that
 */
public record SyncMemory(
        String names, boolean inForce, Optional<Lsn> since, SortedSet<MemberName> confirmed) {
    public static final SyncMemory NONE =
            new SyncMemory("", false, Optional.empty(), new TreeSet<>());
    private static final Set<String> SYNCHRONOUS = Set.of("sync", "quorum");

    public SyncMemory {
        confirmed = Collections.unmodifiableSortedSet(new TreeSet<>(confirmed));
    }

    /** With what the server says now. */
    public SyncMemory after(ServerView.Live live) {
        if (live.inRecovery()) return NONE;
        String text = live.synchronousStandbyNames();
        var wanted = StandbyNames.parse(text);
        if (!text.equals(names) || !inForce) {
            boolean seenBefore = text.equals(names) && inForce(live, wanted);
            return new SyncMemory(text, seenBefore, Optional.empty(), new TreeSet<>());
        }
        var from = since.or(() -> Optional.of(live.flushed()));
        var sure = new TreeSet<>(confirmed);
        for (var sender : live.walSenders())
            if (synchronous(sender) && sender.flushed().compareTo(from.get()) >= 0)
                wanted.members().stream().filter(name -> is(sender, name)).forEach(sure::add);
        return new SyncMemory(text, true, from, sure);
    }

    /**
     * Sessions wait once the checkpointer has read the new value, and each WAL sender lets them go
     * by the value it has read: none may go by the old one any more.
     */
    private static boolean inForce(ServerView.Live live, StandbyNames wanted) {
        return live.synchronousInForce()
                && live.walSenders().stream()
                        .filter(sender -> sender.state().equals("streaming"))
                        .allMatch(sender -> sender.syncPriority() > 0 == named(wanted, sender));
    }

    private static boolean named(StandbyNames wanted, WalSender sender) {
        return wanted.names().stream()
                .anyMatch(name ->
                        name.equals("*") || name.equalsIgnoreCase(sender.applicationName()));
    }

    /** Streams, and commits wait for it. */
    static boolean synchronous(WalSender sender) {
        return sender.state().equals("streaming") && SYNCHRONOUS.contains(sender.syncState());
    }

    static boolean is(WalSender sender, MemberName name) {
        return sender.applicationName().equalsIgnoreCase(name.value());
    }
}
