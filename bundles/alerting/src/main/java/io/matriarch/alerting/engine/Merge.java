package io.matriarch.alerting.engine;

import io.matriarch.alerting.api.Alert;
import io.matriarch.alerting.api.Cause;
import io.matriarch.alerting.api.Cause.Certainty;
import io.matriarch.alerting.core.Catalogue;
import io.matriarch.alerting.core.Rule;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;

/** One list of alerts out of what the members report. */
final class Merge {
    /** More are not told in full; that many at once have one cause. */
    static final int MOST = 100;

    private static final Comparator<Alert> ORDER =
            Comparator.comparing(Alert::severity)
                    .reversed()
                    .thenComparing(Alert::since)
                    .thenComparing(Alert::id);

    private Merge() {}

    /**
     * What a silent member said of itself stays: nobody knows better. What it said of the cluster
     * does not: others see that.
     *
     * @param fresh members that report in time
     */
    static List<Alert> of(Collection<MemberReport> reports, Set<String> fresh) {
        var byId = new LinkedHashMap<String, Alert>();
        for (var report : reports)
            for (var alert : report.alerts())
                if (fresh.contains(report.member()) || ofItself(alert, report.member()))
                    byId.merge(alert.id(), alert, Merge::better);
        return byId.values().stream().sorted(ORDER).limit(MOST).toList();
    }

    private static boolean ofItself(Alert alert, String member) {
        return Catalogue.named(alert.rule()).filter(Rule::ofMember).isPresent()
                && alert.label("member").equals(member);
    }

    private static Alert better(Alert a, Alert b) {
        int order = a.severity().compareTo(b.severity());
        boolean first = order != 0 ? order > 0 : !a.since().isAfter(b.since());
        return first ? known(a, b) : known(b, a);
    }

    /** Members do not see the same: what one of them cannot measure another may have seen. */
    private static Alert known(Alert alert, Alert other) {
        return certainty(other).compareTo(certainty(alert)) < 0
                ? alert.because(other.cause().orElseThrow())
                : alert;
    }

    /** The surest comes first. */
    private static Certainty certainty(Alert alert) {
        return alert.cause().map(Cause::certainty).orElse(Certainty.UNKNOWN);
    }
}
