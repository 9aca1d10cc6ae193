package io.matriarch.alerting.engine;

import io.matriarch.alerting.core.Ledger;
import io.matriarch.alerting.core.Ledger.Group;
import io.matriarch.alerting.core.Notifier;
import io.matriarch.alerting.spool.Spool;
import io.matriarch.alerting.spool.Spooled.State;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;

/**
 * Keeps ledger and spool in step. A notice is on disk before the ledger promises it, and may be
 * sent only after; it leaves the ledger only once its receiver has it. So a crash at any point
 * loses nothing, and doubles a notice only if it comes between the receiver's answer and the disk.
 */
final class Dispatch {
    private final String member;
    private final Notifier notifier;
    private final Spool spool;

    Dispatch(String member, Notifier notifier, Spool spool) {
        this.member = member;
        this.notifier = notifier;
        this.spool = spool;
    }

    /**
     * A turn that was worked out and not yet agreed on.
     *
     * @param ledger to be written
     * @param release notices that may be sent once it is
     * @param done notices that may be forgotten once it is
     */
    record Turn(Ledger ledger, List<String> release, List<String> done) {}

    /**
     * What to write into the ledger, and what follows from it; new notices are on disk when this
     * returns.
     *
     * @param further changes the ledger beside the alerts, and may spool more
     */
    Turn turn(Ledger before, Notifier.Situation situation, Further further) throws IOException {
        settle(before, situation.degraded());
        var done =
                spool.list().stream()
                        .filter(s -> s.state() == State.DELIVERED)
                        .map(s -> s.notice().id())
                        .toList();
        var ledger = before;
        for (var id : done) ledger = ledger.delivered(id);
        if (!situation.degraded()) ledger = takenOver(ledger);
        var step = notifier.step(ledger, situation);
        var more = further.of(step.ledger());
        var release = new java.util.ArrayList<String>();
        for (var notice : step.notices()) {
            spool.prepare(notice);
            release.add(notice.id());
        }
        for (var notice : more.notices()) {
            spool.prepare(notice);
            release.add(notice.id());
        }
        for (var notice : more.ledger().pending()) release.add(notice.id());
        return new Turn(more.ledger(), release.stream().distinct().toList(), done);
    }

    /** Notices about no alert: the digest, the heartbeat. */
    interface Further {
        Notifier.Step of(Ledger ledger);
    }

    /** The ledger is written. */
    void agreed(Turn turn) throws IOException {
        for (var id : turn.release()) spool.release(id);
        for (var id : turn.done()) spool.remove(id);
    }

    /** The ledger is certainly not written. */
    void refused(Turn turn) throws IOException {
        for (var id : turn.release())
            if (spool.find(id).filter(s -> s.state() == State.PREPARED).isPresent())
                spool.remove(id);
    }

    /** What the ledger of all says about what lies on this disk. */
    void settle(Ledger ledger, boolean degraded) throws IOException {
        if (degraded) return;
        for (var spooled : spool.list()) {
            var notice = spooled.notice();
            if (notice.degraded()) {
                if (spooled.state() == State.DELIVERED) spool.remove(notice.id());
                continue;
            }
            if (!notice.aboutAlerts()) {
                if (spooled.state() != State.PREPARED) continue;
                if (ledger.marks().containsValue(notice.at())) spool.release(notice.id());
                else spool.remove(notice.id());
                continue;
            }
            boolean ours = ours(ledger, notice.id());
            if (ours && spooled.state() == State.PREPARED) spool.release(notice.id());
            else if (!ours && spooled.state() != State.DELIVERED) spool.remove(notice.id());
        }
    }

    private boolean ours(Ledger ledger, String id) {
        return ledger.groups().values().stream()
                .anyMatch(group -> group.by().equals(member) && awaits(group, id));
    }

    private static boolean awaits(Group group, String id) {
        return group.awaiting().filter(notice -> notice.id().equals(id)).isPresent();
    }

    /** Notices nobody has delivered are ours now; those that were given up are owed no more. */
    private Ledger takenOver(Ledger ledger) throws IOException {
        var groups = new LinkedHashMap<>(ledger.groups());
        for (var entry : groups.entrySet()) {
            var group = entry.getValue();
            var pending = group.awaiting();
            if (pending.isEmpty()) continue;
            var id = pending.get().id();
            if (spool.gaveUp(id)) entry.setValue(group.delivered());
            else if (spool.find(id).isEmpty()) {
                spool.prepare(pending.get());
                entry.setValue(group.takenOver(member));
            } else if (!group.by().equals(member)) entry.setValue(group.takenOver(member));
        }
        return new Ledger(groups, ledger.active(), ledger.past(), ledger.marks());
    }

    /** A member that does not send tells what it had delivered before it lost the seat. */
    Ledger confirmed(Ledger ledger) {
        var after = ledger;
        for (var spooled : spool.list())
            if (spooled.state() == State.DELIVERED && !spooled.notice().degraded())
                after = after.delivered(spooled.notice().id());
        return after;
    }

    void forgetDelivered() throws IOException {
        for (var spooled : spool.list())
            if (spooled.state() == State.DELIVERED) spool.remove(spooled.notice().id());
    }
}
