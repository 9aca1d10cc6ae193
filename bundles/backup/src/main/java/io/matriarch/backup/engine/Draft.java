package io.matriarch.backup.engine;

import io.matriarch.api.MatriarchException;
import io.matriarch.backup.codec.Compression;
import io.matriarch.backup.codec.Passphrase;
import io.matriarch.backup.engine.scan.Tree;
import io.matriarch.backup.format.Attributes;
import io.matriarch.backup.format.Format;
import io.matriarch.backup.format.Label;
import io.matriarch.backup.format.Manifest;
import io.matriarch.backup.format.ManifestBackup;
import io.matriarch.backup.format.ManifestOptions;
import io.matriarch.backup.repository.Stanza;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/** The manifest before files are copied. */
final class Draft {
    // Stock writes them, and nobody reads them.
    private static final int BUFFER_SIZE = 1 << 20;
    private static final int NETWORK_LEVEL = 1;

    private final Preparation prepared;
    private final BackupRequest request;
    private final Window window;
    private final Tree tree;
    private final BackupServer server;
    private final Stanza stanza;

    Draft(
            Preparation prepared,
            BackupRequest request,
            Window window,
            Tree tree,
            BackupServer server,
            Stanza stanza) {
        this.prepared = prepared;
        this.request = request;
        this.window = window;
        this.tree = tree;
        this.server = server;
        this.stanza = stanza;
    }

    Manifest manifest(Label label, Instant copyStart, boolean delta) throws MatriarchException {
        var databases = new TreeMap<>(server.databases());
        return new Manifest(
                Format.VERSION,
                backup(label, copyStart),
                prepared.db(),
                options(delta),
                tree.targets(),
                cipherPass(),
                databases,
                new TreeMap<>(request.annotations()),
                tree.fileDefault(),
                tree.links(),
                new Attributes(tree.pathDefault().user(), tree.pathDefault().group(), null),
                tree.paths(),
                tree.pathDefault());
    }

    private ManifestBackup backup(Label label, Instant copyStart) {
        var prior = prepared.prior().map(p -> p.manifest().backup());
        boolean bundle = request.bundles().isPresent();
        return new ManifestBackup(
                label,
                prepared.type(),
                prior.map(ManifestBackup::label),
                prepared.referencesWith(label),
                Optional.of(window.archiveStart()),
                Optional.empty(),
                Optional.of(window.lsn()),
                Optional.empty(),
                window.start(),
                Optional.of(copyStart),
                Optional.empty(),
                bundle,
                prior.map(ManifestBackup::bundleRaw).orElse(request.blocks()),
                bundle
                        && request.blocks()
                        && prior.map(ManifestBackup::blockIncremental).orElse(true));
    }

    private ManifestOptions options(boolean delta) {
        var prior = prepared.prior().map(p -> p.manifest().options());
        var compression = prior.map(ManifestOptions::compression).orElse(request.compression());
        return new ManifestOptions(
                request.archiveCheck(),
                false,
                Optional.of(server.facts().inRecovery()),
                OptionalInt.of(BUFFER_SIZE),
                Optional.of(pageChecksums(prior)),
                compression,
                OptionalInt.of(level(compression)),
                OptionalInt.of(NETWORK_LEVEL),
                Optional.of(delta),
                false,
                true,
                OptionalInt.of(request.workers()));
    }

    /** The level wanted is one of the compression wanted. */
    private int level(Compression compression) {
        return compression == request.compression() ? request.level() : compression.defaultLevel();
    }

    private boolean pageChecksums(Optional<ManifestOptions> prior) {
        return prior.flatMap(ManifestOptions::checksumPage).orElse(request.pageChecksums())
                && prepared.control().pageChecksums();
    }

    private Optional<String> cipherPass() {
        if (stanza.repository().passphrase().isEmpty()) return Optional.empty();
        return prepared.prior().isPresent()
                ? prepared.prior().get().manifest().cipherPass()
                : Optional.of(Passphrase.generate(new SecureRandom()).text());
    }

    /** The same under the label, and with the passphrase, of an interrupted one. */
    static Manifest goingOn(Manifest draft, Manifest left) {
        var backup = draft.backup();
        return new Manifest(
                draft.version(),
                new ManifestBackup(
                        left.label(),
                        backup.type(),
                        backup.prior(),
                        left.backup().references(),
                        backup.archiveStart(),
                        backup.archiveStop(),
                        backup.lsnStart(),
                        backup.lsnStop(),
                        backup.start(),
                        backup.copyStart(),
                        backup.stop(),
                        backup.bundle(),
                        backup.bundleRaw(),
                        backup.blockIncremental()),
                draft.db(),
                draft.options(),
                draft.targets(),
                left.cipherPass(),
                draft.databases(),
                draft.annotations(),
                draft.fileDefault(),
                draft.links(),
                draft.linkDefault(),
                draft.paths(),
                draft.pathDefault());
    }
}
