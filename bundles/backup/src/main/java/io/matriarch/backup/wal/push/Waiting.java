package io.matriarch.backup.wal.push;

import io.matriarch.backup.api.WalArchiveStatus;
import io.matriarch.backup.format.WalSegment;
import io.matriarch.backup.wal.core.ReadyFiles;
import io.matriarch.backup.wal.core.Throughput;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks into {@code pg_wal/archive_status}. The folder may hold very many files, so what is asked
 * for with every file is not looked up with every file.
 */
final class Waiting {
    private static final Logger log = LoggerFactory.getLogger(Waiting.class);
    private static final long MIN_PAUSE_NANOS = 50_000_000;
    private static final int PAUSE_FACTOR = 10;

    private ReadyFiles ready = new ReadyFiles(List.of());
    private Path folder = Path.of("");
    private long looked;
    private long pause;
    private Throughput throughput = Throughput.NONE;
    private long waitingBytes;

    /** As of now, or of a moment ago. */
    synchronized ReadyFiles look(Path folder, String asked) {
        boolean other = !folder.equals(this.folder) || !ready.names().contains(asked);
        long age = System.nanoTime() - looked;
        if (age > pause || other && age > pause / PAUSE_FACTOR) read(folder);
        return ready;
    }

    private void read(Path folder) {
        long begun = System.nanoTime();
        this.folder = folder;
        ready = ReadyFiles.of(list(folder));
        looked = System.nanoTime();
        pause = Math.max(MIN_PAUSE_NANOS, PAUSE_FACTOR * (looked - begun));
    }

    private static List<String> list(Path folder) {
        var names = new ArrayList<String>();
        try (var entries = Files.newDirectoryStream(folder, "*" + ReadyFiles.SUFFIX)) {
            entries.forEach(entry -> names.add(entry.getFileName().toString()));
        } catch (NoSuchFileException e) {
            return List.of(); // no data directory yet, or a file of elsewhere
        } catch (IOException | DirectoryIteratorException e) {
            log.warn("{} cannot be looked into: {}", folder, e.toString());
        }
        return names;
    }

    synchronized void archived(long archivedBytes) {
        throughput =
                throughput.with(
                        new Throughput.Sample(System.nanoTime(), archivedBytes, waitingBytes));
    }

    synchronized WalArchiveStatus.Waiting measure(Path folder, long archivedBytes) {
        read(folder);
        waitingBytes = bytes(folder);
        archived(archivedBytes);
        if (ready.names().isEmpty()) return WalArchiveStatus.Waiting.NOTHING;
        String oldest = ready.names().getFirst();
        return new WalArchiveStatus.Waiting(
                ready.names().size(), waitingBytes, Optional.of(oldest), since(folder, oldest));
    }

    /** Segments are all of one size, so one of them is looked at. */
    private long bytes(Path folder) {
        long segments = ready.names().stream().filter(WalSegment::isName).count();
        Optional<String> one = ready.names().stream().filter(WalSegment::isName).findFirst();
        return one.map(name -> segments * size(folder.resolveSibling(name))).orElse(0L);
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            log.debug("archived and removed meanwhile: {}", e.toString());
            return 0;
        }
    }

    private static Optional<Instant> since(Path folder, String name) {
        try {
            return Optional.of(
                    Files.getLastModifiedTime(folder.resolve(name + ReadyFiles.SUFFIX))
                            .toInstant());
        } catch (IOException e) {
            log.debug("archived meanwhile: {}", e.toString());
            return Optional.empty();
        }
    }

    synchronized WalArchiveStatus.Throughput rates() {
        var rates = throughput.rates();
        return new WalArchiveStatus.Throughput(rates.archived(), rates.produced(), rates.seconds());
    }
}
