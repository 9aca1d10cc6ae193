package io.matriarch.storage.disk;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import io.matriarch.storage.api.Entry;
import io.matriarch.storage.api.Entry.Kind;
import io.matriarch.storage.api.Storage;
import io.matriarch.storage.api.StorageException;
import io.matriarch.storage.api.StorageException.Fault;
import io.matriarch.storage.api.Upload;
import io.matriarch.storage.core.RepositoryPath;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A directory of this node, or one mounted here. Files 0640, folders 0750, whatever the umask.
 *
 * <p>A draft is {@code NAME.RANDOM.matriarch.tmp}: two members may write the same WAL file at the
 * same time after a failover, and must not write into each other's draft.
 */
public final class DirectoryStorage implements Storage {
    private final Tree tree;
    private final DraftNames drafts;

    public DirectoryStorage(Path root) {
        tree = new Tree(root);
        drafts = new DraftNames();
    }

    @Override
    public String where() {
        return tree.root().toString();
    }

    @Override
    public Optional<Entry> stat(String path) throws StorageException {
        Path file = tree.at(RepositoryPath.folder(path));
        try {
            if (!Files.isDirectory(tree.root())) throw DiskFaults.rootMissing(tree.root());
            if (Tree.isDraft(file)) return Optional.empty();
            return Optional.ofNullable(entry(file));
        } catch (IOException e) {
            throw failed("look at", file, e);
        }
    }

    @Override
    public List<Entry> list(String folder) throws StorageException {
        Path directory = tree.followed(RepositoryPath.folder(folder));
        var entries = new ArrayList<Entry>();
        try (var files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                if (Tree.isDraft(file)) continue;
                Entry entry = entry(file);
                if (entry != null) entries.add(under(folder, entry));
            }
        } catch (DirectoryIteratorException e) {
            throw failed("list", directory, java.util.Objects.requireNonNull(e.getCause()));
        } catch (NoSuchFileException | NotDirectoryException e) {
            if (!Files.isDirectory(tree.root())) throw DiskFaults.rootMissing(tree.root());
            return List.of();
        } catch (IOException e) {
            throw failed("list", directory, e);
        }
        entries.sort(Comparator.comparing(Entry::name, RepositoryPath.BYTE_ORDER));
        return entries;
    }

    /** Behind a link the folder is another one; callers know it by the name they gave. */
    private static Entry under(String folder, Entry entry) {
        String path = RepositoryPath.join(folder, entry.name());
        return new Entry(path, entry.kind(), entry.size(), entry.modified());
    }

    /** Null if it is not there any more. */
    private @Nullable Entry entry(Path file) throws IOException {
        try {
            var found = Files.readAttributes(file, BasicFileAttributes.class, NOFOLLOW_LINKS);
            Kind kind =
                    found.isSymbolicLink()
                            ? Kind.LINK
                            : found.isDirectory() ? Kind.FOLDER : Kind.FILE;
            long size = kind == Kind.FILE ? found.size() : 0;
            return new Entry(tree.nameOf(file), kind, size, found.lastModifiedTime().toInstant());
        } catch (NoSuchFileException gone) {
            return null;
        }
    }

    @Override
    public void walk(String folder, Consumer<Entry> each) throws StorageException {
        Path directory = tree.at(RepositoryPath.folder(folder));
        visit(
                directory,
                (file, found) -> {
                    if (found.isRegularFile() && !Tree.isDraft(file)) {
                        Instant modified = found.lastModifiedTime().toInstant();
                        var name = tree.nameOf(file);
                        each.accept(new Entry(name, Kind.FILE, found.size(), modified));
                    }
                });
    }

    private interface Visitor {
        void visit(Path file, BasicFileAttributes found) throws IOException;
    }

    /** Every file and link; what vanishes meanwhile was not there. */
    private void visit(Path directory, Visitor visitor) throws StorageException {
        if (!Files.isDirectory(tree.root())) throw DiskFaults.rootMissing(tree.root());
        if (!Files.isDirectory(directory, NOFOLLOW_LINKS)) return;
        try {
            Files.walkFileTree(
                    directory,
                    new SimpleFileVisitor<>() {
                        @Override
                        public FileVisitResult visitFile(Path file, BasicFileAttributes found)
                                throws IOException {
                            visitor.visit(file, found);
                            return FileVisitResult.CONTINUE;
                        }

                        @Override
                        public FileVisitResult visitFileFailed(Path file, IOException e)
                                throws IOException {
                            if (e instanceof NoSuchFileException) return FileVisitResult.CONTINUE;
                            throw e;
                        }
                    });
        } catch (IOException e) {
            throw failed("walk through", directory, e);
        }
    }

    @Override
    public InputStream read(String path) throws StorageException {
        Path file = tree.followed(RepositoryPath.file(path));
        return DiskInput.open(tree.root(), file, 0, Long.MAX_VALUE);
    }

    @Override
    public InputStream read(String path, long offset, long length) throws StorageException {
        if (offset < 0 || length < 1)
            throw new IllegalArgumentException(offset + ", " + length + " is no part of a file");
        Path file = tree.followed(RepositoryPath.file(path));
        return DiskInput.open(tree.root(), file, offset, length);
    }

    @Override
    public Upload write(String path) throws StorageException {
        return begin(path);
    }

    private DiskUpload begin(String path) throws StorageException {
        Path file = tree.at(RepositoryPath.file(path));
        return new DiskUpload(tree, file, drafts.beside(file));
    }

    @Override
    public void put(String path, byte[] content) throws StorageException {
        try (var upload = begin(path)) {
            upload.write(ByteBuffer.wrap(content));
            upload.commit();
        }
    }

    @Override
    public boolean putIfAbsent(String path, byte[] content) throws StorageException {
        if (stat(RepositoryPath.file(path)).isPresent()) return false;
        try (var upload = begin(path)) {
            upload.write(ByteBuffer.wrap(content));
            return upload.commitIfAbsent();
        }
    }

    @Override
    public boolean decidesAbsence() {
        return true;
    }

    @Override
    public void delete(Collection<String> paths) throws StorageException {
        var touched = new HashSet<Path>();
        for (String path : paths) {
            Path file = tree.at(RepositoryPath.file(path));
            try {
                if (Files.isDirectory(file, NOFOLLOW_LINKS)) throw isFolder(file);
                if (Files.deleteIfExists(file)) touched.add(Tree.parent(file));
            } catch (IOException e) {
                throw failed("remove", file, e);
            }
        }
        for (Path folder : touched) {
            try {
                if (Files.isDirectory(folder)) Tree.sync(folder);
                tree.prune(folder);
            } catch (IOException e) {
                throw failed("remove", folder, e);
            }
        }
    }

    private static StorageException isFolder(Path file) {
        return new StorageException(
                Fault.BROKEN,
                file + " is a folder, not a file",
                "the repository's format has a file there: look what made the folder",
                null);
    }

    @Override
    public void deleteTree(String folder) throws StorageException {
        Path directory = tree.at(RepositoryPath.folder(folder));
        if (!Files.isDirectory(tree.root())) throw DiskFaults.rootMissing(tree.root());
        if (!Files.isDirectory(directory, NOFOLLOW_LINKS)) return;
        try {
            Files.walkFileTree(directory, new TreeRemoval(tree.root()));
            if (!directory.equals(tree.root())) {
                Tree.sync(Tree.parent(directory));
                tree.prune(Tree.parent(directory));
            }
        } catch (IOException e) {
            throw failed("remove", directory, e);
        }
    }

    @Override
    public int sweep(Instant before) throws StorageException {
        var removed = new int[1];
        visit(
                tree.root(),
                (file, found) -> {
                    if (!Tree.isDraft(file)) return;
                    if (!found.lastModifiedTime().toInstant().isBefore(before)) return;
                    if (Files.deleteIfExists(file)) removed[0]++;
                });
        return removed[0];
    }

    @Override
    public void folder(String path) throws StorageException {
        Path directory = path.isEmpty() ? tree.root() : tree.at(RepositoryPath.folder(path));
        try {
            tree.folders(directory);
        } catch (IOException e) {
            throw failed("make the folder", directory, e);
        }
    }

    @Override
    public void link(String path, String target) throws StorageException {
        Path link = tree.at(RepositoryPath.file(path));
        Path draft = drafts.beside(link);
        try {
            if (Files.exists(link, NOFOLLOW_LINKS) && !Files.isSymbolicLink(link))
                throw new IOException("there is a file or folder of this name");
            tree.folders(Tree.parent(link));
            Files.createSymbolicLink(draft, Path.of(target));
            Tree.replace(draft, link);
        } catch (IOException e) {
            throw failed("make the link", link, e);
        }
    }

    private StorageException failed(String what, Path file, IOException e) {
        return DiskFaults.of(tree.root(), "cannot " + what + " " + file, e);
    }

    @Override
    public void close() {}

    /** A file opened for reading by its channel, so that a part begins at its offset. */
    static FileChannel channel(Path file) throws IOException {
        return FileChannel.open(file, StandardOpenOption.READ);
    }
}
