package io.matriarch.backup.engine;

import io.matriarch.api.MatriarchException;
import io.matriarch.backup.codec.FilePipeline;
import io.matriarch.backup.codec.Form;
import io.matriarch.backup.codec.StoredFile;
import io.matriarch.backup.engine.copy.CopyContext;
import io.matriarch.backup.engine.copy.Result;
import io.matriarch.backup.format.Attributes;
import io.matriarch.backup.format.Manifest;
import io.matriarch.backup.format.ManifestFile;
import io.matriarch.backup.format.Sha1;
import io.matriarch.backup.format.StoredCopy;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Files of their own, stored when all others are: the control file, and what the server says. */
final class LastFiles {
    private static final String LABEL = Manifest.PGDATA + "/backup_label";
    private static final String TABLESPACES = Manifest.PGDATA + "/tablespace_map";
    private static final int LABEL_MODE = 0644;
    private static final int OCTAL = 8;

    private final BackupEnvironment env;
    private final CopyContext context;
    private final Manifest draft;

    LastFiles(BackupEnvironment env, CopyContext context, Manifest draft) {
        this.env = env;
        this.context = context;
        this.draft = draft;
    }

    /**
     * @param number of the control file in the scan
     */
    void controlFile(long number) throws IOException, MatriarchException, InterruptedException {
        if (number < 0)
            throw Failures.refused(
                    FilePlan.CONTROL_FILE + " was not found",
                    "is it excluded? A backup without it is none");
        var control = DataDirectory.control(env.dataDirectory());
        var stored = store(FilePlan.CONTROL_FILE, control.bytes());
        context.results()
                .put(
                        number,
                        new Result.Stored(
                                stored.size(),
                                Sha1.parse(stored.checksum()),
                                StoredCopy.standalone(stored.storedSize(), storedChecksum(stored)),
                                null));
    }

    /** In the manifest's order. */
    List<ManifestFile> labelFiles(BackupServer.Ended ended) throws MatriarchException {
        var files = new ArrayList<ManifestFile>();
        files.add(label(LABEL, ended.label(), ended.at()));
        if (!ended.tablespaceMap().isBlank())
            files.add(label(TABLESPACES, ended.tablespaceMap(), ended.at()));
        return files;
    }

    private ManifestFile label(String name, String text, Instant at) throws MatriarchException {
        var stored = store(name, text.getBytes(StandardCharsets.UTF_8));
        return ManifestFile.of(
                name,
                stored.size(),
                at.getEpochSecond(),
                Sha1.parse(stored.checksum()),
                StoredCopy.standalone(stored.storedSize(), storedChecksum(stored)),
                new Attributes(draft.fileDefault().user(), draft.fileDefault().group(), mode()));
    }

    private String mode() {
        var mode = draft.fileDefault().mode();
        int base = mode == null ? LABEL_MODE : Integer.parseInt(mode, OCTAL);
        return "%04o".formatted(base & LABEL_MODE);
    }

    private static @Nullable Sha1 storedChecksum(StoredFile stored) {
        return stored.storedChecksum().map(Sha1::parse).orElse(null);
    }

    private StoredFile store(String name, byte[] content) throws MatriarchException {
        var settings = context.settings();
        var source = ByteBuffer.wrap(content);
        String path = settings.path(name, false);
        try (var pipeline =
                        new FilePipeline(
                                settings.compression(), settings.level(), settings.passphrase());
                var upload = context.storage().write(path)) {
            var stored =
                    pipeline.store(
                            buffer -> read(source, buffer),
                            content.length,
                            Form.STANDARD,
                            Optional.empty(),
                            upload::write);
            upload.commit();
            context.objects().add(path, stored.storedSize());
            return stored;
        } catch (IOException e) {
            throw new IllegalStateException("reading from memory", e);
        }
    }

    private static int read(ByteBuffer source, ByteBuffer buffer) {
        if (!source.hasRemaining()) return -1;
        int length = Math.min(source.remaining(), buffer.remaining());
        buffer.put(source.slice(source.position(), length));
        source.position(source.position() + length);
        return length;
    }
}
