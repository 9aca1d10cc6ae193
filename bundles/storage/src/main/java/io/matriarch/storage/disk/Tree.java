package io.matriarch.storage.disk;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import io.matriarch.storage.api.StorageException;
import io.matriarch.storage.api.StorageException.Fault;
import io.matriarch.storage.core.RepositoryPath;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.Set;

/** Files and folders below one root, made durable; no path leads out of it. */
final class Tree {
    private static final Set<PosixFilePermission> FILE_MODE =
            PosixFilePermissions.fromString("rw-r-----");
    private static final Set<PosixFilePermission> FOLDER_MODE =
            PosixFilePermissions.fromString("rwxr-x---");

    private final Path root;

    Tree(Path root) {
        this.root = root.toAbsolutePath().normalize();
    }

    Path root() {
        return root;
    }

    /** Links on the way lead to where they lead, if that is below the root; the last part stays. */
    Path at(String path) throws StorageException {
        if (path.isEmpty()) return root;
        Path file = root.resolve(path);
        try {
            Path folder = parent(file).toRealPath();
            if (!folder.startsWith(root.toRealPath())) throw leaves(path, folder);
        } catch (NoSuchFileException missing) {
            if (!Files.isDirectory(root)) throw DiskFaults.rootMissing(root);
            refuseDeadEnds(path, file);
        } catch (IOException e) {
            throw DiskFaults.of(root, "cannot reach " + file, e);
        }
        return file;
    }

    /** Like {@link #at}, and the file itself may be a link that stays below the root. */
    Path followed(String path) throws StorageException {
        Path file = at(path);
        if (!Files.isSymbolicLink(file)) return file;
        try {
            Path real = file.toRealPath();
            if (!real.startsWith(root.toRealPath())) throw leaves(path, real);
            return real;
        } catch (IOException e) {
            throw DiskFaults.of(root, "cannot follow the link " + file, e);
        }
    }

    /** Some folder on the way is not there: what is there must still not lead out. */
    private void refuseDeadEnds(String path, Path file) throws StorageException {
        try {
            for (Path at = parent(file); at.startsWith(root); at = parent(at)) {
                if (!Files.exists(at, NOFOLLOW_LINKS)) continue;
                Path real = at.toRealPath(); // a link to nothing fails here, and is refused so
                if (!real.startsWith(root.toRealPath())) throw leaves(path, real);
                return;
            }
        } catch (IOException e) {
            throw DiskFaults.of(root, "cannot reach " + file, e);
        }
    }

    private StorageException leaves(String path, Path where) {
        return new StorageException(
                Fault.BROKEN,
                "path '" + path + "' leaves the repository " + root + " over a link, to " + where,
                "no tool makes such a link: find out who did, and remove it",
                null);
    }

    /** A new file to write, where nothing may be; its folders are made by need. */
    FileChannel create(Path file) throws IOException {
        for (int attempt = 0; ; attempt++) {
            folders(parent(file));
            try {
                var options = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
                FileChannel channel = FileChannel.open(file, options, mode(FILE_MODE));
                setMode(file, FILE_MODE);
                return channel;
            } catch (NoSuchFileException folderGone) {
                // whoever emptied the folder meanwhile removed it
                if (attempt == 10) throw folderGone;
            }
        }
    }

    /** Makes a folder and those above it, below the root, each entered durably in its parent. */
    void folders(Path folder) throws IOException {
        if (Files.isDirectory(folder)) return;
        if (!Files.isDirectory(root) && !folder.equals(root))
            throw new NoSuchFileException(root.toString());
        var missing = new ArrayDeque<Path>();
        for (Path at = folder; !Files.isDirectory(at); at = parent(at)) missing.push(at);
        for (Path one : missing) {
            try {
                Files.createDirectory(one, mode(FOLDER_MODE));
                setMode(one, FOLDER_MODE);
                sync(parent(one));
            } catch (FileAlreadyExistsException another) {
                if (!Files.isDirectory(one)) throw another;
            } catch (NoSuchFileException emptied) {
                folders(parent(one)); // removed by who emptied it meanwhile
                folders(one);
            }
        }
    }

    /** Puts a whole and synced draft in its place; durable afterwards. */
    static void replace(Path draft, Path file) throws IOException {
        try {
            Files.move(draft, file, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            throw new IOException("this file system cannot rename in one step", e);
        }
        sync(parent(file));
    }

    /** Else a power cut can undo what was entered into the folder or removed from it. */
    static void sync(Path folder) throws IOException {
        try (var channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** Removes folders that are empty, from here up to below the root. */
    void prune(Path folder) throws IOException {
        for (Path at = folder; !at.equals(root) && at.startsWith(root); at = parent(at)) {
            try {
                Files.delete(at);
            } catch (NoSuchFileException gone) {
                continue;
            } catch (java.nio.file.DirectoryNotEmptyException inUse) {
                break;
            }
            sync(parent(at));
        }
    }

    /** The path as callers know it. */
    String nameOf(Path file) {
        return root.relativize(file).toString();
    }

    static boolean isDraft(Path file) {
        return RepositoryPath.isDraft(file.getFileName().toString());
    }

    static Path parent(Path file) {
        Path parent = file.getParent();
        if (parent == null) throw new IllegalStateException(file + " has no folder");
        return parent;
    }

    private static FileAttribute<Set<PosixFilePermission>> mode(Set<PosixFilePermission> mode) {
        return PosixFilePermissions.asFileAttribute(mode);
    }

    /** The process' umask may have taken bits away that the format's readers in the group need. */
    private static void setMode(Path file, Set<PosixFilePermission> mode) throws IOException {
        var view = Files.getFileAttributeView(file, PosixFileAttributeView.class, NOFOLLOW_LINKS);
        if (view != null && !view.readAttributes().permissions().equals(mode))
            view.setPermissions(mode);
    }
}
