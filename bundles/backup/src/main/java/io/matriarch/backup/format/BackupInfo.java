package io.matriarch.backup.format;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * {@code backup.info}: the clusters a stanza was used for, its complete backups, and the passphrase
 * of their manifests.
 *
 * @param version of the program that wrote it
 * @param history oldest first, never empty
 * @param currentId the one that is backed up
 * @param backups by label, oldest first
 * @param cipherPass of an encrypted repository only
 */
public record BackupInfo(
        String version,
        List<DbControl> history,
        int currentId,
        List<BackupEntry> backups,
        Optional<String> cipherPass) {

    public BackupInfo {
        history = List.copyOf(history);
        Histories.check(history.stream().map(DbControl::id).toList(), currentId);
        var byLabel = new TreeMap<Label, BackupEntry>();
        for (var backup : backups) byLabel.put(backup.label(), backup);
        backups = List.copyOf(byLabel.values());
    }

    /** The cluster that is backed up. */
    public DbControl current() {
        return cluster(currentId).orElseThrow();
    }

    /** A cluster of the history. */
    public Optional<DbControl> cluster(int id) {
        return history.stream().filter(db -> db.id() == id).findFirst();
    }

    public Optional<BackupEntry> backup(Label label) {
        return backups.stream().filter(backup -> backup.label().equals(label)).findFirst();
    }

    /** With this backup, in the place of one of its label. */
    public BackupInfo with(BackupEntry backup) {
        var all = new ArrayList<>(backups);
        all.removeIf(other -> other.label().equals(backup.label()));
        all.add(backup);
        return new BackupInfo(version, history, currentId, all, cipherPass);
    }

    public BackupInfo without(Collection<Label> labels) {
        var rest = backups.stream().filter(backup -> !labels.contains(backup.label())).toList();
        return new BackupInfo(version, history, currentId, rest, cipherPass);
    }

    /**
     * @param in plain text; not closed
     * @param name for messages
     */
    public static BackupInfo read(InputStream in, String name) throws IOException, FormatException {
        var reader = new InfoReader(in, name);
        var history = new ArrayList<DbControl>();
        var backups = new ArrayList<BackupEntry>();
        int current = 0;
        String cipherPass = null;
        while (reader.next()) {
            try {
                switch (reader.section()) {
                    case "db" -> {
                        if (reader.key().equals("db-id")) current = reader.json().smallNumber();
                    }
                    case "db:history" -> history.add(DbControlJson.history(reader));
                    case "backup:current" ->
                            backups.add(BackupEntryJson.read(reader.key(), reader.json()));
                    case "cipher" -> cipherPass = Histories.cipherPass(reader, cipherPass);
                    default -> {}
                }
            } catch (FormatException | IllegalArgumentException | ArithmeticException e) {
                throw Histories.at(reader.place(), e);
            }
        }
        return build(name, reader.version(), history, current, backups, cipherPass);
    }

    private static BackupInfo build(
            String name,
            String version,
            List<DbControl> history,
            int current,
            List<BackupEntry> backups,
            @Nullable String cipherPass)
            throws FormatException {
        try {
            return new BackupInfo(
                    version, history, current, backups, Optional.ofNullable(cipherPass));
        } catch (IllegalArgumentException e) {
            throw Histories.at(name, e);
        }
    }

    /**
     * @param out not closed
     */
    public void write(OutputStream out) throws IOException {
        var writer = new InfoWriter(out, version);
        for (var backup : backups)
            writer.put("backup:current", backup.label().text(), BackupEntryJson.write(backup));
        if (cipherPass.isPresent())
            writer.put("cipher", "cipher-pass", JsonWriter.string(cipherPass.get()));
        DbControlJson.write(writer, "db", current());
        for (var entry : history)
            writer.put("db:history", Integer.toString(entry.id()), DbControlJson.history(entry));
        writer.finish();
    }

    /** Without the passphrase. */
    @Override
    public String toString() {
        return "BackupInfo[%s, current %d, %s, %s]"
                .formatted(
                        history,
                        currentId,
                        backups.stream().map(BackupEntry::label).toList(),
                        cipherPass.isPresent() ? "encrypted" : "plain");
    }
}
