package io.matriarch.backup.repository;

import io.matriarch.api.MatriarchException;
import io.matriarch.backup.format.Label;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * What a verification or a restore drill found of a backup, as a note beside it: {@code sound
 * TIME}, or {@code damaged TIME} and why.
 *
 * @param why empty if it is sound
 */
public record VerifiedNote(boolean sound, Instant at, String why) {
    private static final String SOUND = "sound ";
    private static final String DAMAGED = "damaged ";

    public String text() {
        return (sound ? SOUND : DAMAGED) + at + "\n" + why;
    }

    /** Empty if it is no such note: then nothing is known. */
    public static Optional<VerifiedNote> parse(String text) {
        int end = text.indexOf('\n');
        String first = end < 0 ? text : text.substring(0, end);
        String why = end < 0 ? "" : text.substring(end + 1);
        try {
            if (first.startsWith(SOUND))
                return Optional.of(
                        new VerifiedNote(
                                true, Instant.parse(first.substring(SOUND.length())), why));
            if (first.startsWith(DAMAGED))
                return Optional.of(
                        new VerifiedNote(
                                false, Instant.parse(first.substring(DAMAGED.length())), why));
            return Optional.empty();
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    /** Backups whose last verification or drill found damage. */
    public static Set<Label> damaged(Notes notes) throws MatriarchException {
        var damaged = new HashSet<Label>();
        for (String kind : new String[] {Notes.VERIFIED, Notes.DRILLED})
            for (var note : notes.all(kind).entrySet())
                if (parse(note.getValue()).filter(n -> !n.sound).isPresent())
                    damaged.add(note.getKey());
        return damaged;
    }
}
