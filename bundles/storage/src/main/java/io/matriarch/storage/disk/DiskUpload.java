package io.matriarch.storage.disk;

import io.matriarch.storage.api.StorageException;
import io.matriarch.storage.api.Upload;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file on its way: a draft beside its place, synced, renamed, the folder synced. A crash leaves
 * the old file or the new one, and perhaps a draft.
 */
final class DiskUpload implements Upload {
    private static final Logger LOG = LoggerFactory.getLogger(DiskUpload.class);

    private final Tree tree;
    private final Path file;
    private final Path draft;
    private final FileChannel channel;
    private long position;
    private boolean committed;
    private boolean placed;

    DiskUpload(Tree tree, Path file, Path draft) throws StorageException {
        this.tree = tree;
        this.file = file;
        this.draft = draft;
        try {
            channel = tree.create(draft);
        } catch (IOException e) {
            throw failed(e);
        }
    }

    @Override
    public void write(ByteBuffer bytes) throws StorageException {
        try {
            while (bytes.hasRemaining()) position += channel.write(bytes);
        } catch (IOException e) {
            throw failed(e);
        }
    }

    @Override
    public long position() {
        return position;
    }

    @Override
    public void commit() throws StorageException {
        try {
            finishDraft();
            Tree.replace(draft, file);
            placed = true;
        } catch (IOException e) {
            throw failed(e);
        }
    }

    /**
     * Like {@link #commit}, if there is no such file; a hard link fails where a rename replaces.
     */
    boolean commitIfAbsent() throws StorageException {
        try {
            finishDraft();
            Files.createLink(file, draft);
            Tree.sync(Tree.parent(file));
            return true;
        } catch (FileAlreadyExistsException taken) {
            return false;
        } catch (UnsupportedOperationException e) {
            throw failed(new IOException("this file system has no hard links", e));
        } catch (IOException e) {
            throw failed(e);
        }
    }

    private void finishDraft() throws IOException {
        if (committed) throw new IllegalStateException(file + " was committed before");
        committed = true;
        channel.force(true);
        channel.close();
    }

    private StorageException failed(IOException e) {
        return DiskFaults.of(tree.root(), "cannot write " + file, e);
    }

    @Override
    public void close() {
        try {
            channel.close();
            if (!placed) Files.deleteIfExists(draft);
        } catch (IOException e) {
            LOG.warn("draft {} stays until the next sweep: {}", draft, e.toString());
        }
    }
}
