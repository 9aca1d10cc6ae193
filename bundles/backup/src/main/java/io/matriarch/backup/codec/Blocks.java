package io.matriarch.backup.codec;

import io.matriarch.storage.api.StorageException;
import java.nio.ByteBuffer;
import java.util.Optional;

/** Cuts content into blocks, gathers those that are new into super blocks, and writes the map. */
final class Blocks {
    private final Packer packer;
    private final DirectMemory memory;
    private final byte[] hash = new byte[Xxh3.SIZE];
    private ByteBuffer superBlock = ByteBuffer.allocate(0);
    private byte[] block = new byte[0];
    private int filled;
    private int read;
    private int numberInSuperBlock;
    private boolean changed;
    private BlockPlan plan =
            new BlockPlan(
                    BlockSizes.UNIT,
                    BlockSizes.DEFAULT_CHECKSUM_SIZE,
                    BlockSizes.UNIT,
                    Optional.empty(),
                    0,
                    0,
                    0);
    private BlockMap.Builder map = new BlockMap.Builder(plan.checksumSize());

    Blocks(Packer packer, DirectMemory memory) {
        this.packer = packer;
        this.memory = memory;
    }

    void begin(BlockPlan next) {
        plan = next;
        map = new BlockMap.Builder(plan.checksumSize());
        if (block.length < plan.blockSize()) block = new byte[plan.blockSize()];
        if (superBlock.capacity() < plan.superBlockSize())
            superBlock =
                    memory.allocate(Math.max(plan.superBlockSize(), 2 * superBlock.capacity()));
        superBlock.clear().limit(plan.superBlockSize());
        filled = 0;
        read = 0;
        numberInSuperBlock = 0;
        changed = false;
    }

    /** Takes all remaining bytes. */
    void write(ByteBuffer content) throws StorageException {
        while (content.hasRemaining()) {
            int length = Math.min(plan.blockSize() - filled, content.remaining());
            content.get(block, filled, length);
            filled += length;
            if (filled == plan.blockSize()) block();
        }
    }

    private void block() throws StorageException {
        Xxh3.hash(block, 0, filled, hash, 0, plan.checksumSize());
        var prior = plan.prior();
        int index = read++;
        if (prior.isPresent() && index < prior.get().count() && prior.get().matches(index, hash)) {
            map.add(prior.get(), index);
        } else {
            changed = true;
            superBlock.put(block, 0, filled);
            map.addPending(numberInSuperBlock++, hash);
            if (superBlock.remaining() < plan.blockSize()) flush();
        }
        filled = 0;
    }

    private void flush() throws StorageException {
        superBlock.flip();
        long contentSize = superBlock.remaining();
        long start = packer.storedSize();
        packer.beginPiece(Form.RAW);
        packer.write(superBlock, true);
        map.resolve(
                new SuperBlock(
                        plan.reference(),
                        plan.bundle(),
                        plan.offset() + start,
                        packer.storedSize() - start,
                        contentSize));
        superBlock.clear().limit(plan.superBlockSize());
        numberInSuperBlock = 0;
    }

    /** Bytes of the map as stored; 0 if none was needed. */
    int end() throws StorageException {
        if (filled > 0) block();
        if (numberInSuperBlock > 0) flush();
        boolean asBefore =
                !changed && plan.prior().map(prior -> prior.count() == read).orElse(true);
        if (asBefore || read == 0) return 0;
        long start = packer.storedSize();
        packer.writeMap(ByteBuffer.wrap(BlockMapCodec.encode(map.build(), plan.blockSize())));
        return (int) (packer.storedSize() - start);
    }
}
