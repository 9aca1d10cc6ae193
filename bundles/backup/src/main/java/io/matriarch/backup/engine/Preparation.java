package io.matriarch.backup.engine;

import io.matriarch.api.MatriarchException;
import io.matriarch.backup.engine.core.ControlFile;
import io.matriarch.backup.engine.core.PriorChoice;
import io.matriarch.backup.format.BackupInfo;
import io.matriarch.backup.format.BackupType;
import io.matriarch.backup.format.DbControl;
import io.matriarch.backup.format.DbIdentity;
import io.matriarch.backup.format.Label;
import io.matriarch.backup.format.PgVersion;
import io.matriarch.backup.format.Reconstruction;
import io.matriarch.backup.format.Stanzas;
import io.matriarch.backup.repository.Manifests;
import io.matriarch.backup.repository.Stanza;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What is known before PostgreSQL is told that a backup begins.
 *
 * @param db the cluster, as the stanza knows it
 * @param type that wanted, or full if there is nothing to build on
 */
record Preparation(
        BackupInfo info,
        ControlFile control,
        DbControl db,
        BackupType type,
        Optional<Predecessor> prior,
        Manifests manifests) {

    /**
     * @param server that is read from
     * @param work folder of ours
     */
    static Preparation of(
            BackupEnvironment env,
            BackupRequest request,
            BackupServer.Facts server,
            Path work,
            List<String> warnings)
            throws MatriarchException, InterruptedException {
        var stanza = env.stanza();
        DataDirectory.check(env.dataDirectory(), server);
        var control = DataDirectory.control(env.dataDirectory()).facts();
        var info = reconstructed(stanza, warnings);
        var db =
                new DbControl(
                        new DbIdentity(
                                info.currentId(),
                                control.systemId(),
                                new PgVersion(server.major())),
                        control.controlVersion(),
                        control.catalogVersion());
        check(stanza, info, db);
        var prior = PriorChoice.choose(info, request.type());
        if (request.type() != BackupType.FULL && prior.isEmpty())
            warnings.add("there is no backup to build on: the backup becomes a full one");
        var manifests = stanza.manifests();
        return new Preparation(
                info,
                control,
                db,
                prior.isPresent() ? request.type() : BackupType.FULL,
                prior.isEmpty()
                        ? Optional.empty()
                        : Optional.of(
                                predecessor(
                                        manifests,
                                        manifests.load(prior.get().label()),
                                        work.resolve("prior.manifest"))),
                manifests);
    }

    /** Says again what the repository holds, as stock does before each backup. */
    private static BackupInfo reconstructed(Stanza stanza, List<String> warnings)
            throws MatriarchException {
        var info = stanza.backupInfo();
        var reconstruction = Reconstruction.of(info, stanza.complete());
        if (!reconstruction.isNeeded()) return info;
        var found = new ArrayList<Reconstruction.Found>();
        for (var label : reconstruction.unlisted()) {
            var loaded = stanza.manifests().load(label);
            found.add(new Reconstruction.Found(loaded.entry(), loaded.manifest().db()));
        }
        for (var label : reconstruction.gone())
            warnings.add(label + " was listed, and is not there any more");
        warnings.addAll(reconstruction.apply(info, found).rejected());
        return stanza.update(before -> reconstruction.apply(before, found).info());
    }

    private static void check(Stanza stanza, BackupInfo info, DbControl db)
            throws MatriarchException {
        var disagreement = Stanzas.disagreement(stanza.archiveInfo(), info);
        if (disagreement.isPresent())
            throw Failures.refused(
                    stanza.where() + ": " + disagreement.get(),
                    "one of the two files is older than the other: upgrade the stanza, or bring the"
                            + " right one back");
        var foreign = Stanzas.foreign(info.current().identity(), db.identity());
        if (foreign.isPresent())
            throw Failures.refused(
                    stanza.where() + ": " + foreign.get(),
                    "after a major upgrade or an initdb, upgrade the stanza; else choose another"
                            + " stanza or repository");
    }

    /** The manifest's plain text in a file of ours: it is read several times. */
    static Predecessor predecessor(Manifests manifests, Manifests.Loaded loaded, Path file)
            throws MatriarchException {
        try (var in = manifests.open(loaded)) {
            Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
            return new Predecessor(loaded.manifest(), file);
        } catch (IOException e) {
            throw Failures.io("cannot copy the manifest of " + loaded.label(), e);
        }
    }

    List<Label> referencesWith(Label label) {
        var references =
                new ArrayList<Label>(
                        prior.map(p -> p.manifest().backup().references()).orElse(List.of()));
        references.add(label);
        return references;
    }
}
