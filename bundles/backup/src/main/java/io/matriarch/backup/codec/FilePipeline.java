package io.matriarch.backup.codec;

import io.matriarch.storage.api.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * From a file to its stored bytes in one pass: each buffer is read, hashed, its pages checked,
 * compressed, encrypted, hashed again and handed on while it is still in the processor's cache.
 *
 * <p>A pipeline is made once and takes one file after another, by one thread at a time; its memory
 * is some MiB outside of the heap, given back by {@link #close}. After an exception it may be used
 * for the next file.
 */
public final class FilePipeline implements AutoCloseable {
    private static final int BUFFER = 256 * 1024;

    private final DirectMemory memory = new DirectMemory();
    private final ByteBuffer input = memory.allocate(BUFFER);
    private final Packer packer;
    private final Sha1 content = new Sha1();
    private final PageCheck check = new PageCheck();
    private final Blocks blocks;

    public FilePipeline(Compression compression, int level, Optional<Passphrase> passphrase) {
        packer = new Packer(compression, level, passphrase, memory);
        blocks = new Blocks(packer, memory);
    }

    /** Where content comes from; a {@code FileChannel::read} is one. */
    @FunctionalInterface
    public interface Content {
        /** Puts 1 byte or more into the buffer; below 0 at the end. */
        int read(ByteBuffer buffer) throws IOException;
    }

    /**
     * That a file's pages have checksums to check.
     *
     * @param segment of its relation, from 0
     */
    public record Pages(int segment, PageCheck.Reread source) {}

    /**
     * Stores a file whole.
     *
     * @param limit reads no more than so many bytes
     * @throws IOException of {@code content}
     */
    public StoredFile store(
            Content content, long limit, Form form, Optional<Pages> pages, Sink target)
            throws IOException, StorageException {
        begin(pages);
        boolean plain = packer.isPlain();
        packer.beginFile(!plain, target);
        packer.beginPiece(form);
        for (boolean last = false; !last; ) {
            last = fill(content, limit);
            pass(input, pages.isPresent());
            packer.write(input, last);
        }
        long size = this.content.count();
        return new StoredFile(
                size,
                this.content.finish(),
                packer.storedSize(),
                plain ? Optional.empty() : Optional.of(packer.storedChecksum()),
                pages.map(_ -> check.end()),
                0,
                true);
    }

    /**
     * Stores the blocks of a file that the prior map does not have, and the new map; nothing if
     * there is no difference, and nothing if the content turns out to be empty.
     *
     * @param limit reads no more than so many bytes
     * @throws IOException of {@code content}
     */
    public StoredFile storeBlocks(
            Content content, long limit, BlockPlan plan, Optional<Pages> pages, Sink target)
            throws IOException, StorageException {
        begin(pages);
        packer.beginFile(true, target);
        blocks.begin(plan);
        for (boolean last = false; !last; ) {
            last = fill(content, limit);
            pass(input, pages.isPresent());
            blocks.write(input);
        }
        int mapSize = blocks.end();
        long size = this.content.count();
        return new StoredFile(
                size,
                this.content.finish(),
                packer.storedSize(),
                Optional.of(packer.storedChecksum()),
                pages.map(_ -> check.end()),
                mapSize,
                mapSize > 0 || size == 0);
    }

    private void begin(Optional<Pages> pages) {
        content.finish();
        pages.ifPresent(p -> check.begin(p.segment(), p.source()));
    }

    /** Fills the buffer as far as it goes; whether nothing follows. */
    private boolean fill(Content source, long limit) throws IOException {
        long left = limit - content.count();
        input.clear().limit((int) Math.min(input.capacity(), left));
        boolean end = false;
        while (input.hasRemaining() && !end) end = source.read(input) < 0;
        input.flip();
        return end || input.remaining() == left;
    }

    private void pass(ByteBuffer bytes, boolean pages) throws IOException {
        content.update(bytes.duplicate());
        if (pages) check.update(bytes.duplicate());
    }

    @Override
    public void close() {
        packer.close();
        memory.close();
    }
}
