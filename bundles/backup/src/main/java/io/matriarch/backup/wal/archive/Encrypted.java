package io.matriarch.backup.wal.archive;

import io.matriarch.backup.codec.Compression;
import io.matriarch.backup.codec.Packing;
import io.matriarch.backup.codec.Passphrase;
import io.matriarch.storage.api.StorageException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/** Small files, in memory. */
final class Encrypted {
    private Encrypted() {}

    static byte[] of(byte[] content, Optional<Passphrase> passphrase) throws StorageException {
        if (passphrase.isEmpty()) return content;
        var out = new ByteArrayOutputStream();
        try (var packing = new Packing(Compression.NONE, 0)) {
            packing.begin(
                    List.of(
                            new Packing.Target(
                                    passphrase,
                                    bytes -> {
                                        var copy = new byte[bytes.remaining()];
                                        bytes.get(copy);
                                        out.writeBytes(copy);
                                    })));
            packing.write(ByteBuffer.allocateDirect(content.length).put(content).flip(), true);
        }
        return out.toByteArray();
    }
}
