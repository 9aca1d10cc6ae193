package io.matriarch.backup.wal.push;

import io.matriarch.api.MatriarchException;
import io.matriarch.backup.api.WalArchiveStatus.Failure;
import io.matriarch.backup.api.WalArchiveStatus.Repository;
import io.matriarch.backup.repository.Failures;
import io.matriarch.backup.wal.archive.RepositoryArchive;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What was stored where, and what went wrong; since the agent's start. */
final class Ledger {
    /**
     * An optional repository that failed is tried again so much later, lest it hold up the others.
     */
    private static final Duration OPTIONAL_AGAIN = Duration.ofSeconds(30);

    private final InstantSource clock;
    private final Map<RepositoryArchive, Account> accounts = new LinkedHashMap<>();
    private @Nullable Failure lastFailure;
    private long archivedBytes;

    private static final class Account {
        String lastFile = "";
        @Nullable Failure failure;
        java.time.@Nullable Instant lastAt;
        long files;
        long bytes;
        long storedBytes;
        long failures;
        boolean away;
    }

    Ledger(List<RepositoryArchive> archives, InstantSource clock) {
        this.clock = clock;
        archives.forEach(archive -> accounts.put(archive, new Account()));
    }

    synchronized void note(String file, long bytes, Map<RepositoryArchive, Result> results) {
        results.forEach((archive, result) -> note(account(archive), file, bytes, result));
        if (!isDone(results)) return;
        archivedBytes += bytes;
        if (lastFailure != null && lastFailure.file().equals(file)) lastFailure = null;
    }

    private void note(Account account, String file, long bytes, Result result) {
        switch (result) {
            case Result.Stored(long stored) -> {
                account.files++;
                account.bytes += bytes;
                account.storedBytes += stored;
                good(account, file);
            }
            case Result.Already() -> good(account, file);
            case Result.LeftOut() -> {}
            case Result.Failed(var why) -> {
                account.failures++;
                account.away = Failures.isAway(why);
                account.failure = failure(file, why, account.failure);
                lastFailure = failure(file, why, lastFailure);
            }
        }
    }

    private void good(Account account, String file) {
        account.lastFile = file;
        account.lastAt = clock.instant();
        account.failure = null;
        account.away = false;
    }

    /** The file itself is at fault. */
    synchronized void failed(String file, MatriarchException why) {
        lastFailure = failure(file, why, lastFailure);
    }

    private Failure failure(String file, MatriarchException why, @Nullable Failure before) {
        var now = clock.instant();
        return new Failure(
                file,
                before == null ? now : before.since(),
                now,
                String.valueOf(why.getMessage()),
                why.hint());
    }

    /** Durable in every required repository. */
    static boolean isDone(Map<RepositoryArchive, Result> results) {
        return results.entrySet().stream()
                .allMatch(e -> !e.getKey().required() || e.getValue().there());
    }

    /** Repositories a file shall go to now. */
    synchronized List<RepositoryArchive> targets() {
        var now = clock.instant();
        var targets = new ArrayList<RepositoryArchive>();
        accounts.forEach((archive, account) -> {
            var failure = account.failure;
            boolean wait =
                    !archive.required()
                            && failure != null
                            && Duration.between(failure.at(), now).compareTo(OPTIONAL_AGAIN) < 0;
            if (!wait) targets.add(archive);
        });
        return targets;
    }

    /** Why a required repository did not take the last file, if it could not be reached. */
    synchronized Optional<Failure> trouble() {
        for (var entry : accounts.entrySet())
            if (entry.getKey().required() && entry.getValue().away)
                return Optional.ofNullable(entry.getValue().failure);
        return Optional.empty();
    }

    synchronized Optional<Failure> lastFailure() {
        return Optional.ofNullable(lastFailure);
    }

    /** Content of files that became durable in all required repositories. */
    synchronized long archivedBytes() {
        return archivedBytes;
    }

    synchronized List<Repository> repositories() {
        var all = new ArrayList<Repository>();
        accounts.forEach((archive, account) ->
                all.add(
                        new Repository(
                                archive.name(),
                                archive.required(),
                                Optional.of(account.lastFile).filter(file -> !file.isEmpty()),
                                Optional.ofNullable(account.lastAt),
                                account.files,
                                account.bytes,
                                account.storedBytes,
                                account.failures,
                                Optional.ofNullable(account.failure))));
        return all;
    }

    private Account account(RepositoryArchive archive) {
        return accounts.computeIfAbsent(archive, _ -> new Account());
    }
}
