package io.matriarch.backup.engine;

import io.matriarch.api.MatriarchException;
import io.matriarch.backup.codec.Form;
import io.matriarch.backup.codec.Passphrase;
import io.matriarch.backup.engine.copy.CopyContext;
import io.matriarch.backup.engine.copy.CopyQueue;
import io.matriarch.backup.engine.copy.CopySettings;
import io.matriarch.backup.engine.copy.ObjectSum;
import io.matriarch.backup.engine.copy.ResultFile;
import io.matriarch.backup.engine.copy.Tally;
import io.matriarch.backup.engine.copy.Throttle;
import io.matriarch.backup.engine.core.Progress.Phase;
import io.matriarch.backup.engine.scan.Scan;
import io.matriarch.backup.engine.scan.Tree;
import io.matriarch.backup.format.CopyRules;
import io.matriarch.backup.format.Labels;
import io.matriarch.backup.format.Manifest;
import io.matriarch.backup.format.ManifestFile;
import io.matriarch.backup.format.RepositoryPaths;
import io.matriarch.backup.format.ScanRules;
import io.matriarch.backup.repository.Stanza;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The steps of a backup, in the order that makes a crash at any of them harmless. */
final class BackupRun {
    private static final Logger LOG = LoggerFactory.getLogger(BackupRun.class);

    private final BackupEnvironment env;
    private final BackupRequest request;
    private final BackupServer server;
    private final Throttle throttle;
    private final Tally tally;
    private final Meter meter;
    private final List<String> warnings;
    private final BooleanSupplier cancelled;
    private final Stanza stanza;

    BackupRun(
            BackupEnvironment env,
            BackupRequest request,
            BackupServer server,
            Throttle throttle,
            Tally tally,
            Meter meter,
            List<String> warnings,
            BooleanSupplier cancelled) {
        this.env = env;
        this.request = request;
        this.server = server;
        this.throttle = throttle;
        this.tally = tally;
        this.meter = meter;
        this.warnings = warnings;
        this.cancelled = cancelled;
        stanza = env.stanza();
    }

    BackupResult make() throws MatriarchException, InterruptedException {
        try {
            var prepared = Preparation.of(env, request, server.facts(), env.workFolder(), warnings);
            meter.phase(Phase.STARTING);
            var window = Window.open(env, server, request);
            meter.phase(Phase.SCANNING);
            var tree = scan(prepared);
            return copy(prepared, window, tree);
        } catch (IOException e) {
            throw Failures.io(
                    "a file of the agent's own in %s cannot be used".formatted(env.workFolder()),
                    e);
        }
    }

    private Tree scan(Preparation prepared) throws IOException, MatriarchException {
        var rules = new ScanRules(prepared.db().version(), true, request.excludes());
        var tree =
                Scan.run(
                        env.dataDirectory(),
                        rules,
                        server.tablespaces(),
                        prepared.db().tablespaceFolder(),
                        env.workFolder().resolve("scan"));
        warnings.addAll(tree.warnings());
        return tree;
    }

    private BackupResult copy(Preparation prepared, Window window, Tree tree)
            throws IOException, MatriarchException, InterruptedException {
        // Whatever changes from the next second on has a later time.
        var copyStart = Instant.ofEpochSecond(env.clock().instant().getEpochSecond() + 1);
        var plan = new FilePlan(tree, prepared.prior());
        boolean delta = delta(prepared, window, plan, copyStart);
        var chosen =
                Labels.choose(
                        prepared.type(),
                        prepared.prior().map(p -> p.manifest().label()),
                        window.start(),
                        request.zone(),
                        stanza.takenLabels());
        var draft =
                new Draft(prepared, request, window, tree, server, stanza)
                        .manifest(chosen.label(), copyStart, delta);
        var left =
                new Leftovers(stanza, prepared.manifests())
                        .clear(
                                draft,
                                request.resume(),
                                env.clock().instant(),
                                env.workFolder(),
                                warnings);
        if (left.isPresent()) draft = Draft.goingOn(draft, left.get().manifest());
        meter.label(draft.label());
        try (var results = new ResultFile(env.workFolder());
                var queue = new CopyQueue(env.workFolder(), request.bundles())) {
            var settings = settings(draft, delta);
            var assembly =
                    new ManifestAssembly(prepared.manifests(), tree, prepared.prior(), results);
            // Before any data: it keeps newer stock expires away from the folder.
            if (left.isEmpty()) assembly.write(draft, List.of(), false);
            var content = new Leftovers.Content(stanza, settings);
            plan.decide(delta, draft.backup().bundle(), left, content, queue, results);
            var objects = new ObjectSum();
            if (left.isPresent()) content.removeRest(objects);
            var context =
                    new CopyContext(
                            stanza.storage(),
                            settings,
                            tree,
                            queue,
                            results,
                            throttle,
                            tally,
                            new AtomicInteger(content.lastBundle()),
                            objects);
            try {
                copyFiles(context, window, assembly, draft);
                return end(prepared, window, context, plan, assembly, draft, chosen);
            } catch (MatriarchException | InterruptedException | RuntimeException e) {
                leave(assembly, draft);
                throw e;
            }
        }
    }

    private boolean delta(Preparation prepared, Window window, FilePlan plan, Instant copyStart)
            throws IOException, MatriarchException {
        if (prepared.prior().isEmpty()) return false;
        if (request.delta()) return true;
        var prior = prepared.prior().get().manifest();
        var why = CopyRules.distrust(prior, Optional.of(window.archiveStart()), true);
        if (why.isEmpty()) why = SourceNotes.distrust(stanza, prior.label(), env.source());
        if (why.isEmpty()) why = plan.distrust(copyStart);
        if (why.isPresent())
            warnings.add("content decides what is copied, not time and size: " + why.get());
        return why.isPresent();
    }

    private CopySettings settings(Manifest draft, boolean delta) {
        var backup = draft.backup();
        return new CopySettings(
                stanza.paths(),
                draft.label(),
                backup.references(),
                draft.options().compression(),
                level(draft),
                draft.cipherPass().map(Passphrase::new),
                backup.bundle(),
                backup.bundleRaw() ? Form.RAW : Form.STANDARD,
                backup.blockIncremental(),
                delta,
                draft.options().checksumPage().orElse(false),
                backup.start());
    }

    private int level(Manifest draft) {
        return draft.options().compressLevel().orElse(draft.options().compression().defaultLevel());
    }

    private void copyFiles(
            CopyContext context, Window window, ManifestAssembly assembly, Manifest draft)
            throws MatriarchException, InterruptedException {
        meter.copying(context.queue());
        var guardian =
                new Copying.Guardian() {
                    @Override
                    public void look(BackupServer session) throws MatriarchException {
                        window.check(session);
                    }

                    @Override
                    public void save() throws MatriarchException {
                        assembly.write(draft, List.of(), false);
                    }
                };
        new Copying(context, server, meter, request.pacing(), env.load(), guardian)
                .run(request.workers(), () -> window.awaitEarly(env.archive()));
    }

    private BackupResult end(
            Preparation prepared,
            Window window,
            CopyContext context,
            FilePlan plan,
            ManifestAssembly assembly,
            Manifest draft,
            Labels.Chosen chosen)
            throws IOException, MatriarchException, InterruptedException {
        meter.phase(Phase.STOPPING);
        var last = new LastFiles(env, context, draft);
        last.controlFile(plan.controlFile());
        var closed = window.close(server);
        List<ManifestFile> labels = last.labelFiles(closed.ended());
        meter.phase(Phase.WAITING_FOR_WAL);
        window.awaitAll(env, closed, warnings);
        meter.phase(Phase.SAVING);
        awaitUsable(chosen);
        var ended =
                draft.withBackup(
                        draft.backup()
                                .ended(
                                        Optional.of(closed.archiveStop()),
                                        Optional.of(closed.ended().lsn()),
                                        closed.ended().at()));
        assembly.write(ended, labels, true);
        new Listing(stanza, env, warnings).list(ended, prepared, context.objects());
        var entry = stanza.backupInfo().backup(ended.label()).orElseThrow();
        LOG.info("backup {} is complete: {} bytes stored", entry.label(), tally.stored());
        return new BackupResult(entry, tally.damagedFiles(), warnings);
    }

    /** The label's own second must be over, or the next backup could want the same. */
    private void awaitUsable(Labels.Chosen chosen) throws InterruptedException {
        long millis = chosen.usableFrom().toEpochMilli() - env.clock().millis();
        if (millis > 0 && millis <= 2000) Thread.sleep(millis);
    }

    /** The interruption of a cancel may arrive only here; it comes once. */
    private void remove(Manifest draft) throws MatriarchException {
        String folder = stanza.paths().backup(draft.label());
        try {
            stanza.storage().deleteTree(folder);
        } catch (MatriarchException e) {
            if (!Thread.interrupted()) throw e;
            stanza.storage().deleteTree(folder);
        }
    }

    /** After a failure: what was stored serves the next backup, or goes. */
    private void leave(ManifestAssembly assembly, Manifest draft) {
        boolean interrupted = Thread.interrupted(); // else nothing could be read or written here
        String manifest = stanza.paths().manifest(draft.label());
        try {
            if (stanza.storage().stat(manifest).isPresent()) return;
            if (cancelled.getAsBoolean() || !request.resume()) remove(draft);
            else if (stanza.storage().stat(manifest + RepositoryPaths.COPY).isPresent())
                assembly.write(draft, List.of(), false);
        } catch (MatriarchException | RuntimeException e) {
            LOG.warn(
                    "what {} left could not be put in order; the next backup does it: {}",
                    draft.label(),
                    e.getMessage());
        } finally {
            if (interrupted) Thread.currentThread().interrupt();
        }
    }
}
