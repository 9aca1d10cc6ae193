package io.matriarch.backup.engine;

import io.matriarch.api.MatriarchException;
import io.matriarch.backup.format.Label;
import io.matriarch.backup.repository.Stanza;
import io.matriarch.storage.api.StorageException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * From which member a backup was read, in a place stock does not look at. Two servers of a cluster
 * write the same page at different times, so that one's file may have the time and size of the
 * other's and yet another content.
 */
final class SourceNotes {
    private static final int LONGEST = 1000;

    private SourceNotes() {}

    /** Why times of files cannot be compared with those in this backup; empty if they can. */
    static Optional<String> distrust(Stanza stanza, Label label, String source)
            throws MatriarchException {
        var path = path(stanza, label);
        if (stanza.storage().stat(path).isEmpty())
            return Optional.of("it is not known from which member " + label + " was read");
        try (var in = stanza.storage().read(path)) {
            var note = new String(in.readNBytes(LONGEST), StandardCharsets.UTF_8);
            return note.equals(source)
                    ? Optional.empty()
                    : Optional.of(
                            "%s was read from %s, and now it is %s".formatted(label, note, source));
        } catch (IOException e) {
            throw Failures.io("cannot read " + path, e);
        } catch (StorageException e) {
            if (e.fault() != StorageException.Fault.NOT_FOUND) throw e;
            return Optional.of("it is not known from which member " + label + " was read");
        }
    }

    static void write(Stanza stanza, Label label, String source) throws MatriarchException {
        stanza.storage().put(path(stanza, label), source.getBytes(StandardCharsets.UTF_8));
    }

    /** Removes the notes about backups that are gone. */
    static void prune(Stanza stanza, Collection<Label> present) throws MatriarchException {
        var names = present.stream().map(Label::text).collect(Collectors.toSet());
        var gone = new ArrayList<String>();
        for (var entry : stanza.storage().list(folder(stanza)))
            if (entry.isFile() && Label.isLabel(entry.name()) && !names.contains(entry.name()))
                gone.add(entry.path());
        if (!gone.isEmpty()) stanza.storage().delete(gone);
    }

    private static String path(Stanza stanza, Label label) {
        return folder(stanza) + "/" + label;
    }

    private static String folder(Stanza stanza) {
        return stanza.paths().ours() + "/source";
    }
}
