package io.matriarch.monitor.collect;

import io.matriarch.backup.api.Backups;
import io.matriarch.backup.api.RepositoryStatus;
import io.matriarch.backup.api.WalArchive;
import io.matriarch.monitor.core.Identity;
import io.matriarch.monitor.core.RepositoryFigures;
import io.matriarch.monitor.core.Samples;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;

/** What lies in the repositories. A look costs requests to their servers, so it is rare. */
public final class RepositoriesTask implements Task {
    private final Identity identity;
    private final Supplier<Optional<Backups>> backups;
    private final Supplier<Optional<WalArchive>> archive;
    private final Duration interval;

    public RepositoriesTask(
            Identity identity,
            Supplier<Optional<Backups>> backups,
            Supplier<Optional<WalArchive>> archive,
            Duration interval) {
        this.identity = identity;
        this.backups = backups;
        this.archive = archive;
        this.interval = interval;
    }

    @Override
    public String id() {
        return "repositories";
    }

    @Override
    public Duration interval() {
        return interval;
    }

    /** A server that is away may take all the time there is. */
    @Override
    public boolean apart() {
        return true;
    }

    @Override
    public Outcome ask(Instant now) {
        var there = backups.get();
        if (there.isEmpty()) return new Outcome.NotAsked();
        var out = new Samples(identity);
        var repositories = there.get().repositories();
        for (var status : repositories) RepositoryFigures.add(status, out);
        RepositoryFigures.addDrills(repositories, out);
        var names = repositories.stream().map(RepositoryStatus::name).toList();
        archive.get()
                .flatMap(WalArchive::lastCheck)
                .ifPresent(check -> RepositoryFigures.add(check, names, out));
        return new Outcome.Answered(out.families());
    }
}
