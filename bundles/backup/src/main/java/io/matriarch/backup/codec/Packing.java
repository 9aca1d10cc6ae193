package io.matriarch.backup.codec;

import io.matriarch.storage.api.StorageException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Whole files in standard form to several targets at once: compressed once, encrypted for each by
 * its own passphrase. Nothing is hashed; for content whose hash is known. One file after another,
 * by one thread at a time.
 */
public final class Packing implements AutoCloseable {
    private final DirectMemory memory = new DirectMemory();
    private final Encoder encoder;
    private final Map<Passphrase, Encryptor> encryptors = new HashMap<>();
    private List<Branch> branches = List.of();

    public Packing(Compression compression, int level) {
        encoder = Encoder.of(compression, level, memory);
    }

    /**
     * Where a file goes. One that throws ends the file for all, so whoever wants the others to go
     * on must not.
     */
    public record Target(Optional<Passphrase> passphrase, Sink sink) {}

    private record Branch(Optional<Encryptor> encryptor, Sink sink) {}

    /** Begins a file, whatever became of the one before. No two targets of one passphrase. */
    public void begin(List<Target> targets) {
        var fresh = new ArrayList<Branch>();
        for (var target : targets) {
            var encryptor = target.passphrase().map(this::encryptor);
            encryptor.ifPresent(e -> e.begin(Form.STANDARD));
            fresh.add(new Branch(encryptor, target.sink()));
        }
        branches = List.copyOf(fresh);
        encoder.begin(Form.STANDARD);
    }

    private Encryptor encryptor(Passphrase passphrase) {
        return encryptors.computeIfAbsent(passphrase, p -> new Encryptor(p, memory));
    }

    /**
     * Takes all remaining bytes of a direct buffer.
     *
     * @param last the file ends with them
     */
    public void write(ByteBuffer content, boolean last) throws StorageException {
        encoder.write(content, last, this::spread);
        if (!last) return;
        for (var branch : branches)
            if (branch.encryptor().isPresent()) branch.encryptor().get().end(branch.sink());
    }

    private void spread(ByteBuffer bytes) throws StorageException {
        for (var branch : branches)
            if (branch.encryptor().isPresent())
                branch.encryptor().get().write(bytes.duplicate(), branch.sink());
            else branch.sink().write(bytes.duplicate());
    }

    @Override
    public void close() {
        encoder.close();
        memory.close();
    }
}
