package io.matriarch.backup.osgi;

import io.matriarch.api.MatriarchException;
import io.matriarch.backup.api.Backups;
import io.matriarch.backup.api.ExpiryPreview;
import io.matriarch.backup.api.RepositoryStatus;
import io.matriarch.backup.api.RepositoryStatus.Trouble;
import io.matriarch.backup.info.RepositoryLook;
import io.matriarch.backup.repository.Repository;
import io.matriarch.backup.task.Expire;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Reference;

/** Tells what lies in the repositories; opens them for each look, which is asked for seldom. */
@Component(
        configurationPid = "io.matriarch.backup",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class BackupsComponent implements Backups {
    private final BackupFigures figures;
    private final String stanza;
    private final String[] configured;

    @Activate
    public BackupsComponent(BackupConfig config, @Reference BackupFigures figures) {
        this.figures = figures;
        stanza = config.stanza();
        configured = config.repositories();
    }

    @Override
    public List<RepositoryStatus> repositories() {
        var all = new ArrayList<RepositoryStatus>();
        for (int i = 0; i < configured.length; i++) all.add(look(configured[i], i));
        return all;
    }

    private RepositoryStatus look(String json, int index) {
        try {
            var one = ConfiguredRepository.read(json);
            try (var storage = figures.open(one)) {
                var repository = new Repository(one.name(), storage, one.passphrase());
                return RepositoryLook.at(
                        repository.stanza(stanza), one.required(), InstantSource.system());
            }
        } catch (MatriarchException e) {
            return unusable("backup.repositories[" + index + "]", e);
        }
    }

    @Override
    public List<ExpiryPreview> expiry() {
        var all = new ArrayList<ExpiryPreview>();
        for (int i = 0; i < configured.length; i++) all.add(expiry(configured[i], i));
        return all;
    }

    private ExpiryPreview expiry(String json, int index) {
        String name = "backup.repositories[" + index + "]";
        try {
            var one = ConfiguredRepository.read(json);
            name = one.name();
            try (var storage = figures.open(one)) {
                var repository = new Repository(one.name(), storage, one.passphrase());
                return new Expire(InstantSource.system())
                        .preview(repository.stanza(stanza), ConfiguredRetention.read(json));
            }
        } catch (MatriarchException e) {
            var trouble = new Trouble(String.valueOf(e.getMessage()), e.hint());
            return new ExpiryPreview(
                    name,
                    Optional.of(trouble),
                    List.of(),
                    List.of(),
                    List.of(),
                    List.of(),
                    List.of());
        }
    }

    /** Its secrets or its certificates cannot be read: we do not even know what it would be. */
    private RepositoryStatus unusable(String name, MatriarchException e) {
        return new RepositoryStatus(
                name,
                "",
                true,
                false,
                stanza,
                Optional.of(new Trouble(String.valueOf(e.getMessage()), e.hint())),
                "",
                "",
                List.of(),
                List.of(),
                Optional.empty(),
                Optional.empty());
    }
}
