package io.matriarch.alerting.engine;

import io.matriarch.alerting.api.Severity;
import io.matriarch.alerting.core.Digest;
import io.matriarch.alerting.core.Ids;
import io.matriarch.alerting.core.Ledger;
import io.matriarch.alerting.core.Notice;
import io.matriarch.alerting.core.Notice.Kind;
import io.matriarch.alerting.core.Notifier;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What is told though nothing is wrong: that we are alive, and how the week was. */
final class Extras {
    private static final String HEARTBEAT = "heartbeat/";
    private static final String DIGEST = "digest/";
    private static final Duration DAY = Duration.ofHours(20);

    private final Settings settings;

    Extras(Settings settings) {
        this.settings = settings;
    }

    /** Each is marked in the ledger, so that it is told once, whoever tells it. */
    Notifier.Step of(Ledger ledger, Instant now) {
        var after = ledger;
        var notices = new ArrayList<Notice>();
        for (var receiver : settings.heartbeatReceivers())
            if (due(after, HEARTBEAT + receiver, now, settings.heartbeat())) {
                notices.add(heartbeat(receiver, now));
                after = after.marked(HEARTBEAT + receiver, now);
            }
        boolean open = settings.digest().filter(window -> window.open(now)).isPresent();
        for (var receiver : settings.digestReceivers())
            if (open && due(after, DIGEST + receiver, now, DAY)) {
                notices.add(notice(receiver, Kind.DIGEST, now, Digest.of(after, now)));
                after = after.marked(DIGEST + receiver, now);
            }
        return new Notifier.Step(after, notices);
    }

    private static boolean due(Ledger ledger, String mark, Instant now, Duration every) {
        var last = ledger.marks().get(mark);
        return last == null || Duration.between(last, now).compareTo(every) >= 0;
    }

    private Notice heartbeat(String receiver, Instant now) {
        var every = settings.heartbeat().toMinutes();
        return notice(
                receiver,
                Kind.HEARTBEAT,
                now,
                ("The alerting of this cluster is alive; it says so every %d minutes. If this"
                                + " message stays away for twice that long, alerting itself is dead.")
                        .formatted(every));
    }

    Notice test(String receiver, Instant now) {
        return notice(
                receiver,
                Kind.TEST,
                now,
                "Somebody tries whether alerts of this cluster arrive here. They do.");
    }

    private Notice notice(String receiver, Kind kind, Instant now, String body) {
        var thread = Ids.of(kind.name(), Map.of("receiver", receiver, "at", now.toString()));
        var subject =
                switch (kind) {
                    case HEARTBEAT -> "alerting is alive";
                    case DIGEST -> "the week";
                    default -> "test of receiver " + receiver;
                };
        return new Notice(
                thread + "-1",
                receiver,
                kind,
                Severity.INFO,
                settings.cluster(),
                thread,
                1,
                now,
                "[%s] %s".formatted(settings.cluster(), subject),
                List.of(),
                List.of(),
                Set.of(),
                settings.member(),
                false,
                body);
    }
}
