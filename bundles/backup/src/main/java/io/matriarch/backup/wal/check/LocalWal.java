package io.matriarch.backup.wal.check;

import io.matriarch.backup.format.WalFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/**
 * What lies in this member's {@code pg_wal}. PostgreSQL writes into files it has used before, so a
 * name alone proves nothing. A segment counts if PostgreSQL has marked it as complete ({@code
 * .done} or {@code .ready}, which a standby writes too once it has received it all) and every page
 * of it is of this segment.
 */
public final class LocalWal implements WalSource {
    private final String member;
    private final Path wal;

    /**
     * @param member for messages
     * @param wal {@code pg_wal}
     */
    public LocalWal(String member, Path wal) {
        this.member = member;
        this.wal = wal;
    }

    @Override
    public String name() {
        return member;
    }

    @Override
    public Set<String> having(Collection<String> names) throws IOException {
        var found = new HashSet<String>();
        for (String name : names) if (has(name)) found.add(name);
        return found;
    }

    private boolean has(String name) throws IOException {
        var file = WalFile.parse(name);
        if (file.isEmpty() || !Files.isRegularFile(wal.resolve(name))) return false;
        if (!(file.get() instanceof WalFile.Segment segment))
            return file.get() instanceof WalFile.History;
        return !segment.partial()
                && isComplete(name)
                && WholeFile.fault(wal.resolve(name), segment).isEmpty();
    }

    private boolean isComplete(String name) {
        Path status = wal.resolve("archive_status");
        return Files.exists(status.resolve(name + ".done"))
                || Files.exists(status.resolve(name + ".ready"));
    }

    @Override
    public InputStream open(String name) throws IOException {
        if (!has(name)) throw new IOException(member + " does not have " + name + " any more");
        return Files.newInputStream(wal.resolve(name));
    }
}
