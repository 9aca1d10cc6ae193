package io.matriarch.backup.codec;

import com.github.luben.zstd.EndDirective;
import com.github.luben.zstd.ZstdCompressCtx;
import io.matriarch.storage.api.StorageException;
import java.nio.ByteBuffer;

/** zstd by its own library; a frame is the same in both forms. Content in direct buffers only. */
final class ZstdEncoder extends Encoder {
    private final ZstdCompressCtx context = new ZstdCompressCtx();
    private final int level;
    private final ByteBuffer output;

    ZstdEncoder(int level, DirectMemory memory) {
        this.level = level;
        output = memory.allocate(OUTPUT);
    }

    @Override
    void begin(Form form) {
        context.reset();
        context.setLevel(level);
    }

    @Override
    void write(ByteBuffer content, boolean last, Sink out) throws StorageException {
        var directive = last ? EndDirective.END : EndDirective.CONTINUE;
        boolean done = false;
        while (!done) {
            output.clear();
            boolean flushed = context.compressDirectByteBufferStream(output, content, directive);
            if (output.flip().hasRemaining()) out.write(output);
            done = last ? flushed : !content.hasRemaining();
        }
    }

    @Override
    public void close() {
        context.close();
    }
}
