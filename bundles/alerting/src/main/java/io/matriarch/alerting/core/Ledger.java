package io.matriarch.alerting.core;

import io.matriarch.alerting.api.Alert;
import io.matriarch.alerting.api.PastAlert;
import io.matriarch.alerting.api.Severity;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Who was told what. It lies in the store, so that whoever sends next goes on where the last one
 * stopped, and a copy on each member's disk, for when the store is away.
 *
 * @param groups by {@link #key}
 * @param active every alert that fires, told or not
 * @param past alerts that are over, oldest first
 * @param marks when a digest and the heartbeats were last written, by name
 */
public record Ledger(
        Map<String, Group> groups,
        Map<String, Active> active,
        List<PastAlert> past,
        Map<String, Instant> marks) {
    public static final Ledger EMPTY = new Ledger(Map.of(), Map.of(), List.of(), Map.of());

    public Ledger {
        groups = Collections.unmodifiableMap(new LinkedHashMap<>(groups));
        active = Collections.unmodifiableMap(new LinkedHashMap<>(active));
        past = List.copyOf(past);
        marks = Map.copyOf(marks);
    }

    static String key(String receiver, Severity severity) {
        return receiver + "/" + severity.word();
    }

    /**
     * One incident of one receiver and severity.
     *
     * @param born when its first alert came
     * @param sent when the last message was written; null before the first
     * @param number of messages written
     * @param subject empty before the first
     * @param entries by the alerts' ids
     * @param pending the last message, until its receiver has taken it
     * @param by the member that has {@code pending} in its spool; empty if there is none
     */
    public record Group(
            String receiver,
            Severity severity,
            Instant born,
            @Nullable Instant sent,
            int number,
            String subject,
            Map<String, Entry> entries,
            @Nullable Notice pending,
            String by) {
        public Group {
            entries = Collections.unmodifiableMap(new LinkedHashMap<>(entries));
        }

        static Group fresh(String receiver, Severity severity, Instant now) {
            return new Group(receiver, severity, now, null, 0, "", Map.of(), null, "");
        }

        Group with(Map<String, Entry> other) {
            return new Group(receiver, severity, born, sent, number, subject, other, pending, by);
        }

        /** Its message was taken. */
        public Group delivered() {
            return new Group(receiver, severity, born, sent, number, subject, entries, null, "");
        }

        /** Its message lies in another member's spool now. */
        public Group takenOver(String member) {
            return new Group(
                    receiver, severity, born, sent, number, subject, entries, pending, member);
        }

        public Optional<Notice> awaiting() {
            return Optional.ofNullable(pending);
        }

        String thread() {
            return Ids.of(
                    "thread",
                    Map.of(
                            "receiver",
                            receiver,
                            "severity",
                            severity.word(),
                            "born",
                            born.toString()));
        }
    }

    /**
     * One alert within a group.
     *
     * @param told whether its beginning has been told
     * @param until when it ended; null while it fires
     */
    public record Entry(Alert alert, boolean told, @Nullable Instant until, Notice.How how) {
        static Entry firing(Alert alert) {
            return new Entry(alert, false, null, Notice.How.RESOLVED);
        }

        boolean fires() {
            return until == null;
        }
    }

    /**
     * @param peak the highest severity it has had
     */
    public record Active(Alert alert, Severity peak) {}

    public Ledger marked(String name, Instant when) {
        var copy = new LinkedHashMap<>(marks);
        copy.put(name, when);
        return new Ledger(groups, active, past, copy);
    }

    /** The group whose pending message this is has it no more. */
    public Ledger delivered(String noticeId) {
        var copy = new LinkedHashMap<>(groups);
        copy.replaceAll((_, group) ->
                group.awaiting().filter(n -> n.id().equals(noticeId)).isPresent()
                        ? group.delivered()
                        : group);
        return new Ledger(copy, active, past, marks);
    }

    /** Messages no receiver has taken yet. */
    public List<Notice> pending() {
        return groups.values().stream().flatMap(group -> group.awaiting().stream()).toList();
    }
}
