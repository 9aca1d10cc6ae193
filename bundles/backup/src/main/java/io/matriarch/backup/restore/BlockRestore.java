package io.matriarch.backup.restore;

import io.matriarch.api.MatriarchException;
import io.matriarch.backup.codec.BlockMap;
import io.matriarch.backup.codec.DamagedException;
import io.matriarch.backup.codec.SuperBlock;
import io.matriarch.backup.codec.Xxh3;
import io.matriarch.backup.format.ManifestFile;
import io.matriarch.backup.repository.StoredFiles;
import io.matriarch.backup.repository.SuperBlocks;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Brings back a file that is stored in blocks: only those that are not there yet are fetched. */
final class BlockRestore {
    private final StoredFiles stored;
    private final ManifestFile file;
    private final FileChannel channel;
    private final BlockMap map;
    private final int blockSize;

    BlockRestore(StoredFiles stored, ManifestFile file, FileChannel channel)
            throws IOException, MatriarchException {
        this.stored = stored;
        this.file = file;
        this.channel = channel;
        this.map = stored.map(file);
        this.blockSize = file.stored().blockSize();
    }

    void run() throws IOException, MatriarchException {
        if (channel.size() > file.size()) channel.truncate(file.size());
        var missing = missing();
        new SuperBlocks(stored, file)
                .fetch(
                        missing.keySet(),
                        (block, content) -> {
                            for (int index : missing.getOrDefault(block, List.of()))
                                write(index, content);
                        });
    }

    private Map<SuperBlock, List<Integer>> missing() throws IOException {
        var missing = new LinkedHashMap<SuperBlock, List<Integer>>();
        var buffer = new byte[blockSize];
        var hash = new byte[Xxh3.SIZE];
        for (int i = 0; i < map.count(); i++) {
            int there = read(i, buffer);
            if (there == length(i)) {
                Xxh3.hash(buffer, 0, there, hash, 0, Xxh3.SIZE);
                if (map.matches(i, hash)) continue;
            }
            missing.computeIfAbsent(map.superBlock(i), _ -> new ArrayList<>()).add(i);
        }
        return missing;
    }

    private int read(int index, byte[] into) throws IOException {
        long start = (long) index * blockSize;
        if (start >= channel.size()) return 0;
        var buffer = ByteBuffer.wrap(into, 0, length(index));
        while (buffer.hasRemaining())
            if (channel.read(buffer, start + buffer.position()) < 0) break;
        return buffer.position();
    }

    private int length(int index) {
        return (int) Math.min(blockSize, file.size() - (long) index * blockSize);
    }

    private void write(int index, byte[] content) throws IOException {
        long from = (long) map.number(index) * blockSize;
        int length = length(index);
        if (from + length > content.length)
            throw new DamagedException("block " + index + " lies behind its super block");
        var bytes = ByteBuffer.wrap(content, (int) from, length);
        long at = (long) index * blockSize;
        while (bytes.hasRemaining()) at += channel.write(bytes, at);
    }
}
