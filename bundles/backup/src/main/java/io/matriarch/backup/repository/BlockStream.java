package io.matriarch.backup.repository;

import io.matriarch.api.MatriarchException;
import io.matriarch.backup.codec.BlockMap;
import io.matriarch.backup.codec.DamagedException;
import io.matriarch.backup.codec.SuperBlock;
import io.matriarch.backup.format.ManifestFile;
import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A file that is stored in blocks, from its start to its end. Some super blocks stay in memory:
 * newer blocks may lie between those of an older one.
 */
final class BlockStream extends InputStream {
    private static final long CACHE = 8L << 20;
    private final SuperBlocks superBlocks;
    private final ManifestFile file;
    private final BlockMap map;
    private final LinkedHashMap<SuperBlock, byte[]> cache = new LinkedHashMap<>(16, 0.75f, true);
    private long cached;
    private int next;
    private byte[] now = {};
    private int at;
    private int end;

    BlockStream(StoredFiles files, ManifestFile file, BlockMap map) {
        this.superBlocks = new SuperBlocks(files, file);
        this.file = file;
        this.map = map;
    }

    @Override
    public int read() throws IOException {
        return ready() ? now[at++] & 0xFF : -1;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (length == 0) return 0;
        if (!ready()) return -1;
        int taken = Math.min(length, end - at);
        System.arraycopy(now, at, bytes, offset, taken);
        at += taken;
        return taken;
    }

    private boolean ready() throws IOException {
        while (at == end) {
            if (next == map.count()) return false;
            int blockSize = file.stored().blockSize();
            long start = (long) map.number(next) * blockSize;
            now = content(map.superBlock(next));
            if (start >= now.length)
                throw new DamagedException(
                        "block %d of %s lies behind its super block".formatted(next, file.name()));
            at = (int) start;
            end = (int) Math.min(start + blockSize, now.length);
            next++;
        }
        return true;
    }

    private byte[] content(SuperBlock block) throws IOException {
        byte[] known = cache.get(block);
        if (known != null) return known;
        try {
            byte[] content = superBlocks.fetch(block);
            cache.put(block, content);
            cached += content.length;
            shrink();
            return content;
        } catch (MatriarchException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private void shrink() {
        var oldest = cache.entrySet().iterator();
        while (cached > CACHE && cache.size() > 1) {
            Map.Entry<SuperBlock, byte[]> entry = oldest.next();
            cached -= entry.getValue().length;
            oldest.remove();
        }
    }
}
