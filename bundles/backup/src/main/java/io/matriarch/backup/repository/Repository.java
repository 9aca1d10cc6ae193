package io.matriarch.backup.repository;

import io.matriarch.api.MatriarchException;
import io.matriarch.backup.codec.Passphrase;
import io.matriarch.storage.api.Entry;
import io.matriarch.storage.api.Storage;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * A place of backups and WAL of one or more clusters, each a stanza. Calls may come from many
 * threads.
 *
 * @param name for people: {@code repo1}
 * @param storage of its bytes; closed by whoever opened it
 * @param passphrase the repository's own, which opens info files; empty: not encrypted
 */
public record Repository(String name, Storage storage, Optional<Passphrase> passphrase) {

    /** For messages: {@code repo1 (/var/lib/repo)}. */
    public String where() {
        return name + " (" + storage.where() + ")";
    }

    /** Whose backups or WAL there are, by name. */
    public List<String> stanzas() throws MatriarchException {
        var names = new TreeSet<String>();
        for (String half : List.of("archive", "backup"))
            for (var entry : storage.list(half))
                if (entry.kind() == Entry.Kind.FOLDER) names.add(entry.name());
        return List.copyOf(names);
    }

    /**
     * A cluster's part of it, be it there or not.
     *
     * @throws IllegalArgumentException if it can be no stanza's name
     */
    public Stanza stanza(String name) {
        return new Stanza(this, name);
    }
}
