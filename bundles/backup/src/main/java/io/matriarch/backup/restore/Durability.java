package io.matriarch.backup.restore;

import io.matriarch.api.MatriarchException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Collection;

/**
 * Makes files safe from a power cut. One call of {@code sync -f} for each file system instead of
 * one fsync for each of maybe millions of files; where there is no such program, the fsyncs.
 */
final class Durability {
    private Durability() {}

    static void sync(Collection<Path> roots) throws IOException, MatriarchException {
        for (Path root : roots) if (!syncFileSystem(root)) syncTree(root);
    }

    private static boolean syncFileSystem(Path root) throws IOException {
        try {
            var process =
                    new ProcessBuilder("sync", "-f", root.toString())
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start();
            return process.waitFor() == 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("cancelled", e);
        } catch (IOException e) {
            return false; // no such program here
        }
    }

    private static void syncTree(Path root) throws IOException {
        Files.walkFileTree(
                root,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                            throws IOException {
                        if (attributes.isRegularFile()) force(file);
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult postVisitDirectory(Path folder, IOException e)
                            throws IOException {
                        if (e != null) throw e;
                        force(folder);
                        return FileVisitResult.CONTINUE;
                    }
                });
    }

    /** A file's content, or a folder's entries. */
    static void force(Path path) throws IOException {
        try (var channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
