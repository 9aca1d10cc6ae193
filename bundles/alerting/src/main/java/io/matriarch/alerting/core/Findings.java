package io.matriarch.alerting.core;

import io.matriarch.alerting.api.Alert;
import io.matriarch.alerting.api.Cause;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** From what was judged to what people are told of it. */
public final class Findings {
    private Findings() {}

    /**
     * Where an alert was looked at.
     *
     * @param member who looks
     * @param others what else fires in the cluster
     * @param notes by {@link Notes}' names
     * @param runbooks begins the address of every runbook; the rule's name in lower case follows
     */
    public record Place(
            String member, List<Alert> others, Map<String, String> notes, String runbooks) {
        public Place {
            others = List.copyOf(others);
            notes = Map.copyOf(notes);
        }
    }

    /** Every finding that fires, with its probable cause. */
    public static List<Alert> alerts(
            Judge.State state,
            Map<String, Rule> rules,
            Figures figures,
            Figures earlier,
            Place place) {
        var firing = new ArrayList<Facts.Other>();
        for (var other : place.others()) firing.add(new Facts.Other(other.rule(), other.labels()));
        for (var track : state.tracks().values())
            if (track.firing() != null) firing.add(new Facts.Other(track.rule(), track.labels()));
        var alerts = new ArrayList<Alert>();
        state.tracks()
                .forEach((id, track) -> {
                    var rule = rules.get(track.rule());
                    var fires = track.fires();
                    if (rule == null || fires.isEmpty()) return;
                    var facts =
                            new Facts(
                                    track.rule(),
                                    track.labels(),
                                    figures,
                                    earlier,
                                    firing,
                                    place.notes());
                    alerts.add(alert(id, rule, track, fires.get(), CauseFinder.find(facts), place));
                });
        return alerts;
    }

    private static Alert alert(
            String id, Rule rule, Track track, Track.Firing fires, Cause cause, Place place) {
        var values = new TreeMap<>(track.labels());
        values.putIfAbsent("member", place.member());
        return new Alert(
                id,
                rule.name(),
                fires.severity(),
                track.labels(),
                fires.since(),
                rule.summary(
                        fires.limit(), fires.severity(), track.values().get(fires.limit()), values),
                Optional.of(cause),
                rule.text().impact(),
                rule.first(values),
                place.runbooks().isEmpty()
                        ? ""
                        : place.runbooks() + rule.name().toLowerCase(java.util.Locale.ROOT),
                fires.flapping(),
                place.member(),
                "");
    }
}
