package io.matriarch.backup.osgi;

import io.matriarch.api.Code;
import io.matriarch.backup.figures.Figures;
import io.matriarch.backup.figures.Requests;
import io.matriarch.backup.figures.RunningBackups;
import io.matriarch.monitor.api.Family;
import io.matriarch.monitor.api.MetricSource;
import io.matriarch.storage.api.Storage;
import io.matriarch.storage.api.StorageException;
import io.matriarch.storage.api.Storages;
import java.util.ArrayList;
import java.util.List;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Reference;

/**
 * What this member's work on the repositories looks like in figures; the others open their
 * repositories here, so that their requests are counted.
 */
@Component(
        immediate = true,
        service = {BackupFigures.class, MetricSource.class},
        configurationPid = "io.matriarch.backup",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class BackupFigures implements MetricSource {
    private final Storages storages;
    private final Figures figures;

    @Activate
    public BackupFigures(BackupConfig config, @Reference Storages storages) {
        this.storages = storages;
        figures = new Figures(config.scope(), config.name(), names(config.repositories()));
    }

    private static List<String> names(String... configured) {
        var names = new ArrayList<String>();
        for (String json : configured) ConfiguredRepository.name(json).ifPresent(names::add);
        return names;
    }

    /** Opens where a repository lies; the caller's to close. */
    Storage open(ConfiguredRepository one) throws StorageException {
        return storages.open(one.location(), requests().of(one.name()));
    }

    private Requests requests() {
        return figures.requests();
    }

    RunningBackups running() {
        return figures.running();
    }

    /** A backup to that repository failed. */
    void failed(String repository, Code code) {
        figures.failed(repository, code);
    }

    @Override
    public List<Family> families() {
        return figures.families();
    }
}
