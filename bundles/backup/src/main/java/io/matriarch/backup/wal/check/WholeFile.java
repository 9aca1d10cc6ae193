package io.matriarch.backup.wal.check;

import io.matriarch.backup.format.WalFile;
import io.matriarch.backup.wal.core.PushRules;
import io.matriarch.backup.wal.core.SegmentHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/** Whether a file holds a segment from its first page to its last. */
final class WholeFile {
    private static final int PIECE = 1 << 20;

    private WholeFile() {}

    /** Why not; empty if it does. */
    static Optional<String> fault(Path file, WalFile.Segment segment) throws IOException {
        try (var channel = FileChannel.open(file, StandardOpenOption.READ)) {
            var piece = read(channel, 0);
            var header = SegmentHeader.parse(piece);
            if (header.isEmpty()) return Optional.of("it does not begin like WAL");
            var misfit = PushRules.misfit(header.get(), segment, channel.size());
            if (misfit.isPresent()) return Optional.of(String.valueOf(misfit.get().getMessage()));
            return pages(channel, header.get());
        }
    }

    private static Optional<String> pages(FileChannel channel, SegmentHeader header)
            throws IOException {
        int page = header.pageSize();
        if (page < 1024 || page > 65536 || Integer.bitCount(page) != 1)
            return Optional.of("its header tells a page size of " + page);
        for (long at = 0; at < channel.size(); at += PIECE) {
            var piece = read(channel, at);
            for (int offset = 0; offset < piece.limit(); offset += page)
                if (!header.holdsPage(piece.duplicate().position(offset), at + offset))
                    return Optional.of("its page at " + (at + offset) + " is of another segment");
        }
        return Optional.empty();
    }

    private static ByteBuffer read(FileChannel channel, long at) throws IOException {
        var piece = ByteBuffer.allocate(PIECE);
        while (piece.hasRemaining() && channel.read(piece, at + piece.position()) >= 0)
            if (at + piece.position() >= channel.size()) break;
        return piece.flip();
    }
}
