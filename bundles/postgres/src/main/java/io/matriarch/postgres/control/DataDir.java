package io.matriarch.postgres.control;

import io.matriarch.api.Code;
import io.matriarch.postgres.api.ControlData;
import io.matriarch.postgres.api.DataDirectory;
import io.matriarch.postgres.api.PostgresException;
import io.matriarch.postgres.core.ControlFile;
import io.matriarch.postgres.core.ControlText;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The data directory as files. */
public final class DataDir {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int READS = 3;

    private final Path path;
    private final RunAs runAs;
    private final Programs programs;
    private final Binaries binaries;

    public DataDir(Path path, RunAs runAs, Programs programs, Binaries binaries) {
        this.path = path;
        this.runAs = runAs;
        this.programs = programs;
        this.binaries = binaries;
    }

    Path path() {
        return path;
    }

    /** {@code DIR + suffix}; where {@code DIR} is a link, beside what it points to. */
    Path beside(String suffix) {
        Path real = real();
        return real.resolveSibling(real.getFileName() + suffix);
    }

    /** Where the files really are. */
    Path real() {
        try {
            return Files.isSymbolicLink(path) ? path.toRealPath() : path;
        } catch (IOException _) {
            return path; // a link to nowhere: what follows says so
        }
    }

    /** The real path of what exists of it, and the rest as it is. */
    static Path withoutLinks(Path path) {
        Path absolute = path.toAbsolutePath().normalize();
        for (Path known = absolute; known != null; known = known.getParent())
            try {
                return known.toRealPath().resolve(known.relativize(absolute)).normalize();
            } catch (IOException _) {
                continue; // does not exist yet: what is above it does
            }
        return absolute;
    }

    Path file(String name) {
        return path.resolve(name);
    }

    /** What lies there. */
    record Look(DataDirectory kind, String trouble) {}

    Look look() {
        try (var entries = Files.list(path)) {
            List<String> names =
                    entries.map(p -> p.getFileName().toString())
                            .filter(name -> !name.equals("lost+found"))
                            .toList();
            if (names.isEmpty()) return new Look(DataDirectory.EMPTY, "");
            if (names.contains("PG_VERSION") && Files.exists(file("global/pg_control")))
                return new Look(DataDirectory.PRESENT, "");
            return new Look(
                    DataDirectory.INACCESSIBLE,
                    path
                            + " is not empty and holds no PostgreSQL cluster (no PG_VERSION or no"
                            + " global/pg_control): empty it, or point postgresql.data_dir elsewhere");
        } catch (NoSuchFileException _) {
            return new Look(DataDirectory.EMPTY, "");
        } catch (IOException | java.io.UncheckedIOException e) {
            return new Look(
                    DataDirectory.INACCESSIBLE,
                    path
                            + " cannot be read ("
                            + e
                            + "): it must belong to the user the agent runs as");
        }
    }

    /** Control data by the file itself; empty if it is unreadable or of an unknown layout. */
    Optional<ControlData> control() {
        for (int read = 0; read < READS; read++) { // the server may be writing it right now
            try (var in = Files.newInputStream(file("global/pg_control"))) {
                var data = ControlFile.parse(in.readNBytes(ControlFile.USED_BYTES));
                if (data.isPresent()) return data;
            } catch (IOException _) {
                return Optional.empty();
            }
        }
        return controlByProgram();
    }

    Optional<ControlData> controlByProgram() {
        try {
            var result =
                    programs.run(
                            List.of(
                                    binaries.program("pg_controldata").toString(),
                                    "-D",
                                    path.toString()),
                            Map.of(),
                            PATIENCE);
            return result.good() ? ControlText.parse(result.output()) : Optional.empty();
        } catch (PostgresException _) {
            return Optional.empty(); // unknown, which the caller shows as such
        }
    }

    boolean has(String name) {
        return Files.exists(file(name));
    }

    boolean standbySignal() {
        return has("standby.signal") || has("recovery.signal");
    }

    void setStandby(boolean standby) throws PostgresException {
        try {
            Files.deleteIfExists(file("recovery.signal"));
            if (!standby) Files.deleteIfExists(file("standby.signal"));
            else if (!has("standby.signal")) write(file("standby.signal"), "");
        } catch (IOException e) {
            throw unwritable(file("standby.signal"), e);
        }
    }

    Optional<String> read(Path file) throws PostgresException {
        try {
            return Optional.of(Files.readString(file));
        } catch (NoSuchFileException _) {
            return Optional.empty();
        } catch (IOException e) {
            throw new PostgresException(
                    Code.DATA_DIRECTORY,
                    "could not read " + file + ": " + e,
                    "It must be readable for the user the agent runs as.",
                    e);
        }
    }

    /** Writes a file whole or not at all, readable for its owner only. */
    void write(Path file, String text) throws IOException {
        Path draft = file.resolveSibling(file.getFileName() + ".matriarch-draft");
        Files.deleteIfExists(draft);
        Files.createFile(
                draft,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try (var channel = FileChannel.open(draft, StandardOpenOption.WRITE)) {
            var bytes =
                    java.nio.ByteBuffer.wrap(
                            text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) channel.write(bytes);
            channel.force(true);
        }
        runAs.own(draft);
        move(draft, file);
    }

    /** Renames, and makes sure a power cut does not undo it. */
    static void move(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        try (var folder =
                FileChannel.open(to.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
            folder.force(true);
        }
    }

    /** Removes a directory with all in it; links are removed, not followed. */
    static void delete(Path directory) throws IOException {
        if (!Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) return;
        Files.walkFileTree(
                directory,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                            throws IOException {
                        Files.delete(file);
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult postVisitDirectory(
                            Path dir, @org.jspecify.annotations.Nullable IOException e)
                            throws IOException {
                        if (e != null) throw e;
                        Files.delete(dir);
                        return FileVisitResult.CONTINUE;
                    }
                });
    }

    static PostgresException unwritable(Path file, IOException e) {
        return new PostgresException(
                Code.DATA_DIRECTORY,
                "could not write " + file + ": " + e,
                "It must be writable for the user the agent runs as, with room left on the disk.",
                e);
    }
}
