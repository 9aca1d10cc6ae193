package io.matriarch.backup.expire.core;

import io.matriarch.backup.format.Label;
import java.util.List;
import java.util.SortedMap;
import java.util.stream.Collectors;

/**
 * What is removed, and why; nothing has been done yet.
 *
 * @param remove backups, newest first: what builds on another goes before it
 * @param keep all others, oldest first, each with why
 * @param archives what is kept of each archive id that loses something
 * @param history manifests of removed backups that are old enough to go
 * @param blocked of keep, what would go if it were not the last of its kind, each with what is
 *     missing; what is pinned is none of it
 * @param notes what people should know, such as a rule that was overruled
 */
public record ExpiryPlan(
        List<Choice> remove,
        List<Choice> keep,
        List<ArchiveSweep> archives,
        List<Label> history,
        List<Blocked> blocked,
        List<String> notes) {
    public ExpiryPlan {
        remove = List.copyOf(remove);
        keep = List.copyOf(keep);
        archives = List.copyOf(archives);
        history = List.copyOf(history);
        blocked = List.copyOf(blocked);
        notes = List.copyOf(notes);
    }

    /** What no newer backup is, so that an older one must stay. */
    public enum Missing {
        RESTORABLE,
        CLEAN_PAGES
    }

    /** A backup that is kept against the retention. */
    public record Blocked(Label label, Missing missing) {}

    /** What becomes of a backup, and why. */
    public record Choice(Label label, String reason) {}

    static List<Choice> choices(SortedMap<Label, String> reasons) {
        return reasons.entrySet().stream()
                .map(entry -> new Choice(entry.getKey(), entry.getValue()))
                .collect(Collectors.toUnmodifiableList());
    }

    public List<Label> labelsToRemove() {
        return remove.stream().map(Choice::label).toList();
    }
}
