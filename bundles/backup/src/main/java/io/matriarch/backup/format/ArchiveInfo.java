package io.matriarch.backup.format;

import io.matriarch.api.SystemId;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * {@code archive.info}: which clusters' WAL a stanza's archive holds, and the passphrase of that
 * WAL.
 *
 * @param version of the program that wrote it
 * @param history oldest first, never empty
 * @param currentId the one whose WAL comes in
 * @param cipherPass of an encrypted repository only
 */
public record ArchiveInfo(
        String version, List<DbIdentity> history, int currentId, Optional<String> cipherPass) {

    public ArchiveInfo {
        history = List.copyOf(history);
        Histories.check(history.stream().map(DbIdentity::id).toList(), currentId);
    }

    /** The cluster whose WAL comes in. */
    public DbIdentity current() {
        return history.stream().filter(db -> db.id() == currentId).findFirst().orElseThrow();
    }

    /**
     * @param in plain text; not closed
     * @param name for messages
     */
    public static ArchiveInfo read(InputStream in, String name)
            throws IOException, FormatException {
        var reader = new InfoReader(in, name);
        var history = new java.util.ArrayList<DbIdentity>();
        int current = 0;
        String cipherPass = null;
        while (reader.next()) {
            try {
                switch (reader.section()) {
                    case "db" -> {
                        if (reader.key().equals("db-id")) current = reader.json().smallNumber();
                    }
                    case "db:history" -> history.add(entry(reader));
                    case "cipher" -> cipherPass = Histories.cipherPass(reader, cipherPass);
                    default -> {}
                }
            } catch (FormatException | IllegalArgumentException e) {
                throw Histories.at(reader.place(), e);
            }
        }
        try {
            return new ArchiveInfo(
                    reader.version(), history, current, Optional.ofNullable(cipherPass));
        } catch (IllegalArgumentException e) {
            throw Histories.at(name, e);
        }
    }

    /** Here {@code db-id} is the system identifier: a slip the format has kept. */
    private static DbIdentity entry(InfoReader reader) throws FormatException {
        var json = reader.json();
        @Nullable String systemId = null;
        @Nullable String version = null;
        json.beginObject();
        for (var key = json.nextKey(); key != null; key = json.nextKey())
            switch (key) {
                case "db-id" -> systemId = json.digits();
                case "db-version" -> version = json.string();
                default -> json.skip();
            }
        return new DbIdentity(
                Histories.id(reader.key()),
                new SystemId(Histories.required("db-id", systemId)),
                PgVersion.parse(Histories.required("db-version", version)));
    }

    /**
     * @param out not closed
     */
    public void write(OutputStream out) throws IOException {
        var writer = new InfoWriter(out, version);
        if (cipherPass.isPresent())
            writer.put("cipher", "cipher-pass", JsonWriter.string(cipherPass.get()));
        var db = current();
        writer.put("db", "db-id", Integer.toString(db.id()));
        writer.put("db", "db-system-id", db.systemId().value());
        writer.put("db", "db-version", JsonWriter.string(db.version().toString()));
        for (var entry : history)
            writer.put(
                    "db:history",
                    Integer.toString(entry.id()),
                    new JsonWriter()
                            .beginObject()
                            .key("db-id")
                            .raw(entry.systemId().value())
                            .key("db-version")
                            .value(entry.version().toString())
                            .endObject()
                            .toString());
        writer.finish();
    }

    /** Without the passphrase. */
    @Override
    public String toString() {
        return "ArchiveInfo[%s, current %d, %s]"
                .formatted(history, currentId, cipherPass.isPresent() ? "encrypted" : "plain");
    }
}
