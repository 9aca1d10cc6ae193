package io.matriarch.backup.engine.copy;

import io.matriarch.api.Code;
import io.matriarch.api.MatriarchException;
import io.matriarch.backup.codec.BlockPlan;
import io.matriarch.backup.codec.BlockSizes;
import io.matriarch.backup.codec.FilePipeline;
import io.matriarch.backup.codec.Form;
import io.matriarch.backup.codec.Sink;
import io.matriarch.backup.codec.StoredFile;
import io.matriarch.backup.engine.core.BlockChoice;
import io.matriarch.backup.engine.core.RelationFile;
import io.matriarch.backup.format.Manifest;
import io.matriarch.backup.format.PageCheck;
import io.matriarch.backup.format.ScanRules;
import io.matriarch.backup.format.Sha1;
import io.matriarch.backup.format.StoredCopy;
import io.matriarch.storage.api.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One of the workers that copy. */
public final class Copier implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Copier.class);

    private final CopyContext all;
    private final CopySettings settings;
    private final FilePipeline pipeline;
    private final PriorMaps maps;
    private final MemorySink member = new MemorySink();

    public Copier(CopyContext context) {
        all = context;
        settings = context.settings();
        pipeline =
                new FilePipeline(settings.compression(), settings.level(), settings.passphrase());
        maps = new PriorMaps(context.storage(), settings);
    }

    /** Until nothing is left to copy. */
    public void run() throws IOException, MatriarchException, InterruptedException {
        for (var tasks = all.queue().take(); !tasks.isEmpty(); tasks = all.queue().take()) {
            if (Thread.interrupted()) throw new InterruptedException();
            boolean bundled = tasks.size() > 1 || isBundled(tasks.getFirst());
            if (bundled) bundle(tasks);
            else single(tasks.getFirst());
        }
    }

    private SourceFile open(CopyTask task) throws IOException {
        return new SourceFile(all.tree().locate(task.name()), all.throttle(), all.tally());
    }

    private boolean isBundled(CopyTask task) {
        return all.queue().bundles(task.size());
    }

    private void single(CopyTask task)
            throws IOException, MatriarchException, InterruptedException {
        awaitItsSecond(task);
        try (var source = open(task)) {
            done(task, isUnchanged(task, source) ? new Result.Same() : single(task, source));
        } catch (NoSuchFileException gone) {
            done(task, new Result.Gone());
        } catch (IOException e) {
            throw explained(task, e);
        }
    }

    private Result single(CopyTask task, SourceFile source) throws IOException, StorageException {
        if (task.size() == 0 && settings.bundled()) return empty(task);
        var choice = blocks(task);
        String path = settings.path(task.name(), !choice.isWhole());
        try (var upload = new LazyUpload(all.storage(), path)) {
            var stored = store(task, source, choice, 0, 0, upload);
            if (stored.isEmpty()) return new Result.Same();
            if (stored.get().size() == 0 && settings.bundled()) return empty(task);
            upload.commit(all.objects());
            all.tally().stored(stored.get().storedSize());
            return result(task, stored.get(), choice, 0, 0);
        }
    }

    /** In bundled backups nothing is stored for them. */
    private Result empty(CopyTask task) {
        return new Result.Stored(
                0, null, StoredCopy.standalone(0, null), hasPages(task) ? PageCheck.VALID : null);
    }

    /** Small files one behind the other; they count as stored when the bundle is durable. */
    private void bundle(List<CopyTask> tasks)
            throws IOException, MatriarchException, InterruptedException {
        int number = 0;
        @Nullable LazyUpload bundle = null;
        var members = new ArrayList<Member>();
        try {
            for (var task : tasks) {
                awaitItsSecond(task);
                if (bundle == null) {
                    number = all.lastBundle().incrementAndGet();
                    bundle =
                            new LazyUpload(
                                    all.storage(),
                                    settings.paths().bundle(settings.label(), number));
                }
                var result = member(task, number, bundle);
                if (result instanceof Result.Stored stored && stored.copy().isBundled())
                    members.add(new Member(task, result));
                else done(task, result);
            }
            if (bundle == null || bundle.position() == 0) return;
            bundle.commit(all.objects());
            for (var member : members) done(member.task(), member.result());
        } finally {
            if (bundle != null) bundle.close();
        }
    }

    private record Member(CopyTask task, Result result) {}

    private Result member(CopyTask task, int number, LazyUpload bundle)
            throws IOException, MatriarchException {
        try (var source = open(task)) {
            if (isUnchanged(task, source)) return new Result.Same();
            var choice = blocks(task);
            long offset = bundle.position();
            member.clear();
            var stored = store(task, source, choice, number, offset, member);
            if (stored.isEmpty()) return new Result.Same();
            if (stored.get().size() == 0) return empty(task);
            bundle.write(member.content());
            all.tally().stored(stored.get().storedSize());
            return result(task, stored.get(), choice, number, offset);
        } catch (NoSuchFileException gone) {
            return new Result.Gone();
        } catch (IOException e) {
            throw explained(task, e);
        }
    }

    /** Empty if the prior backup holds the same; then what was written does not count. */
    private Optional<StoredFile> store(
            CopyTask task,
            SourceFile source,
            BlockChoice choice,
            int bundle,
            long offset,
            Sink sink)
            throws IOException, StorageException {
        var pages = pages(task, source);
        StoredFile stored;
        if (choice.isWhole()) {
            var form = bundle == 0 ? Form.STANDARD : settings.bundleForm();
            stored = pipeline.store(source, task.size(), form, pages, sink);
        } else {
            stored =
                    pipeline.storeBlocks(
                            source, task.size(), plan(task, choice, bundle, offset), pages, sink);
            if (!stored.changed()) return unchanged(task, stored);
        }
        var prior = task.prior();
        return prior != null && prior.isSame(stored.size(), Sha1.parse(stored.checksum()))
                ? unchanged(task, stored)
                : Optional.of(stored);
    }

    private Optional<StoredFile> unchanged(CopyTask task, StoredFile stored) {
        warnOfPages(task, stored);
        return Optional.empty();
    }

    /** Reads the file once more than needed if it did change; where most did not that pays. */
    private boolean isUnchanged(CopyTask task, SourceFile source) throws IOException {
        var prior = task.prior();
        if (!settings.delta() || prior == null || prior.size() != task.size() || blocksOf(prior))
            return false;
        var sha1 = new io.matriarch.backup.codec.Sha1();
        var buffer = ByteBuffer.allocate(256 * 1024);
        for (long left = task.size(); left > 0; ) {
            buffer.clear().limit((int) Math.min(buffer.capacity(), left));
            int count = source.read(buffer);
            if (count < 0) break;
            left -= count;
            sha1.update(buffer.flip());
        }
        if (prior.isSame(sha1.count(), Sha1.parse(sha1.finish()))) return true;
        source.rewind();
        return false;
    }

    private boolean blocksOf(PriorCopy prior) {
        return settings.blocks() && prior.stored().isBlocks();
    }

    private BlockChoice blocks(CopyTask task) {
        if (!settings.blocks()) return BlockChoice.WHOLE;
        var age = Duration.between(Instant.ofEpochSecond(task.modified()), settings.start());
        var prior = task.prior();
        return BlockChoice.of(task.size(), age, prior == null ? null : prior.stored());
    }

    private BlockPlan plan(CopyTask task, BlockChoice choice, int bundle, long offset)
            throws StorageException {
        var prior = task.prior();
        return new BlockPlan(
                choice.blockSize(),
                choice.checksumSize(),
                BlockSizes.superBlockSize(
                        settings.isFull()
                                ? BlockSizes.SUPER_BLOCK_OF_FULL
                                : BlockSizes.SUPER_BLOCK_OF_OTHERS,
                        choice.blockSize()),
                choice.fromPrior() && prior != null
                        ? Optional.of(maps.read(task.name(), prior))
                        : Optional.empty(),
                settings.reference(),
                bundle,
                offset);
    }

    private Optional<FilePipeline.Pages> pages(CopyTask task, SourceFile source) {
        return hasPages(task)
                ? Optional.of(new FilePipeline.Pages(RelationFile.segment(task.name()), source))
                : Optional.empty();
    }

    private boolean hasPages(CopyTask task) {
        return settings.pages() && ScanRules.hasPages(relative(task.name()));
    }

    /** As {@link ScanRules} knows it. */
    private static String relative(String name) {
        return name.startsWith(Manifest.PGDATA + "/")
                ? name.substring(Manifest.PGDATA.length() + 1)
                : name;
    }

    private Result result(
            CopyTask task, StoredFile stored, BlockChoice choice, int bundle, long offset) {
        warnOfPages(task, stored);
        var copy =
                new StoredCopy(
                        null,
                        stored.storedSize(),
                        stored.storedChecksum().map(Sha1::parse).orElse(null),
                        bundle,
                        offset,
                        choice.blockSize(),
                        choice.checksumSize(),
                        stored.mapSize());
        return new Result.Stored(
                stored.size(),
                stored.size() == 0 ? null : Sha1.parse(stored.checksum()),
                copy,
                stored.pages().map(Copier::pageCheck).orElse(null));
    }

    private static PageCheck pageCheck(io.matriarch.backup.codec.PageReport report) {
        return new PageCheck(
                report.valid(),
                report.damaged().stream()
                        .map(range -> new PageCheck.Range(range.first(), range.last()))
                        .toList());
    }

    private void warnOfPages(CopyTask task, StoredFile stored) {
        var report = stored.pages();
        if (report.isEmpty() || report.get().valid()) return;
        all.tally().damaged();
        LOG.error(
                "{}: {}",
                all.tree().locate(task.name()),
                report.get().damaged().isEmpty()
                        ? "the file is no whole number of pages"
                        : "page checksums are wrong in pages " + pageCheck(report.get()).errors());
    }

    /**
     * Waits until a file's second is over: a change after we read it must give it another time,
     * else the next backup would take it for the same.
     */
    private static void awaitItsSecond(CopyTask task) throws InterruptedException {
        long wait = (task.modified() + 1) * 1000 - System.currentTimeMillis();
        if (wait > 0 && wait <= 1000) TimeUnit.MILLISECONDS.sleep(wait);
    }

    private void done(CopyTask task, Result result) throws IOException {
        all.results().put(task.number(), result);
        all.tally().file(task.size());
    }

    private MatriarchException explained(CopyTask task, IOException e) throws MatriarchException {
        if (e.getCause() instanceof StorageException storage) return storage;
        return new MatriarchException(
                Code.BACKUP,
                "cannot read " + all.tree().locate(task.name()) + ": " + e,
                "does the agent's user own the data directory? Look at the kernel's log for errors"
                        + " of the disk",
                e);
    }

    @Override
    public void close() {
        pipeline.close();
        member.close();
    }
}
