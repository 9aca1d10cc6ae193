package io.matriarch.backup.repository;

import io.matriarch.api.MatriarchException;
import io.matriarch.backup.format.Label;
import io.matriarch.storage.api.Entry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What we know about a backup beside what the format has a place for: {@code
 * matriarch/<stanza>/<label>/<kind>}. Stock leaves that folder alone. Never secret, so not
 * encrypted.
 */
public final class Notes {
    /** Why it must be kept. */
    public static final String PIN = "pin";

    /** What the last verification found. */
    public static final String VERIFIED = "verified";

    /** What the last restore drill found. */
    public static final String DRILLED = "drilled";

    private static final int MAX = 4 << 20;
    private final Stanza stanza;

    public Notes(Stanza stanza) {
        this.stanza = stanza;
    }

    private String folder(Label label) {
        return stanza.paths().ours() + "/" + label;
    }

    private String path(Label label, String kind) {
        return folder(label) + "/" + kind;
    }

    public void write(Label label, String kind, String text) throws MatriarchException {
        stanza.storage().put(path(label, kind), text.getBytes(StandardCharsets.UTF_8));
    }

    public void remove(Label label, String kind) throws MatriarchException {
        stanza.storage().delete(List.of(path(label, kind)));
    }

    /** All about a backup that is gone. */
    public void removeAll(Label label) throws MatriarchException {
        stanza.storage().deleteTree(folder(label));
    }

    public Optional<String> read(Label label, String kind) throws MatriarchException {
        return read(path(label, kind));
    }

    private Optional<String> read(String path) throws MatriarchException {
        try (var in = stanza.storage().read(path)) {
            return Optional.of(new String(in.readNBytes(MAX), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw Failures.reading(path, e);
        } catch (MatriarchException e) {
            if (Failures.isMissing(e)) return Optional.empty();
            throw e;
        }
    }

    /** The backups with a note of this kind, and it. */
    public Map<Label, String> all(String kind) throws MatriarchException {
        var all = new HashMap<Label, String>();
        for (var label : labels()) {
            var text = read(label, kind);
            if (text.isPresent()) all.put(label, text.get());
        }
        return all;
    }

    /** The backups there are notes about. */
    public List<Label> labels() throws MatriarchException {
        var labels = new ArrayList<Label>();
        for (var entry : stanza.storage().list(stanza.paths().ours()))
            if (entry.kind() == Entry.Kind.FOLDER && Label.isLabel(entry.name()))
                labels.add(new Label(entry.name()));
        return labels;
    }
}
