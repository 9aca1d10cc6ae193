package io.matriarch.backup.wal.check;

import io.matriarch.api.MatriarchException;
import io.matriarch.backup.api.WalCheck;
import io.matriarch.backup.api.WalGap;
import io.matriarch.backup.format.WalFile;
import io.matriarch.backup.wal.archive.RepositoryArchive;
import io.matriarch.backup.wal.core.Gaps;
import io.matriarch.backup.wal.push.Archiver;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Compares the archives with what is needed, one check at a time. */
public final class Checkup {
    private static final Logger log = LoggerFactory.getLogger(Checkup.class);

    /**
     * Segments are archived in parallel; what is missing so long after the next one was stored is
     * missing.
     */
    private static final Duration SETTLING = Duration.ofMinutes(1);

    /** So many files of one gap are looked for in one check; the rest in the next. */
    private static final int MAX_HEALED = 4096;

    private final Archiver archiver;
    private final Healing healing;
    private final Supplier<List<WalSource>> sources;
    private final InstantSource clock;
    private volatile Optional<WalCheck> last = Optional.empty();

    /**
     * @param folder of our own, for copies on their way
     * @param sources where missing WAL may be had, the nearest first
     */
    public Checkup(
            Archiver archiver,
            Path folder,
            Supplier<List<WalSource>> sources,
            InstantSource clock) {
        this.archiver = archiver;
        this.sources = sources;
        this.clock = clock;
        healing = new Healing(archiver, folder);
    }

    public Optional<WalCheck> last() {
        return last;
    }

    /**
     * @param heal false only looks
     */
    public synchronized WalCheck check(boolean heal) throws InterruptedException {
        var gaps = new ArrayList<WalGap>();
        var healed = new TreeSet<String>();
        var trouble = new ArrayList<String>();
        for (var archive : archiver.archives()) {
            try {
                for (var db : archive.info().history()) {
                    var inventory = Inventory.of(archive, db);
                    if (inventory.isPresent())
                        gaps.addAll(
                                look(inventory.get(), heal && isCurrent(archive, db.id()), healed));
                }
            } catch (MatriarchException e) {
                trouble.add(e.getMessage() + ". " + e.hint());
            }
        }
        var check = new WalCheck(clock.instant(), gaps, List.copyOf(healed), trouble);
        tell(check);
        last = Optional.of(check);
        return check;
    }

    /** Only the present cluster's WAL can be pushed. */
    private static boolean isCurrent(RepositoryArchive archive, int id) throws MatriarchException {
        return archive.info().currentId() == id;
    }

    private List<WalGap> look(Inventory inventory, boolean heal, Set<String> healed)
            throws InterruptedException {
        var gaps = inventory.gaps(clock.instant().minus(SETTLING));
        if (gaps.isEmpty() || !heal) return told(inventory, gaps);
        var wanted = new LinkedHashSet<WalFile>();
        for (var gap : gaps)
            if (wanted.size() < MAX_HEALED)
                wanted.addAll(gap.files(inventory.holdings().segmentSize()));
        var there = healing.heal(inventory, wanted, sources.get());
        there.forEach(file -> healed.add(file.name()));
        return told(inventory, rest(inventory, gaps, there));
    }

    private static List<Gaps.Gap> rest(
            Inventory inventory, List<Gaps.Gap> gaps, Set<WalFile> healed) {
        var rest = new ArrayList<Gaps.Gap>();
        for (var gap : gaps) {
            var row = new ArrayList<WalFile>();
            for (var file : gap.files(inventory.holdings().segmentSize())) {
                if (!healed.contains(file)) {
                    row.add(file);
                    continue;
                }
                add(rest, row, gap);
            }
            add(rest, row, gap);
        }
        return rest;
    }

    private static void add(List<Gaps.Gap> rest, List<WalFile> row, Gaps.Gap gap) {
        if (!row.isEmpty())
            rest.add(new Gaps.Gap(row.getFirst(), row.getLast(), row.size(), gap.neededBy()));
        row.clear();
    }

    private static List<WalGap> told(Inventory inventory, List<Gaps.Gap> gaps) {
        return gaps.stream()
                .map(gap ->
                        new WalGap(
                                inventory.archive().name(),
                                inventory.db().archiveId(),
                                gap.first().name(),
                                gap.last().name(),
                                gap.count(),
                                gap.neededBy()))
                .toList();
    }

    private void tell(WalCheck check) {
        var known = new HashSet<>(last.map(WalCheck::gaps).orElse(List.of()));
        for (var gap : check.gaps())
            if (!known.contains(gap))
                log.error(
                        "the archive of {} lacks {} ({} in all, to {}): {}",
                        gap.repository(),
                        gap.first(),
                        gap.count(),
                        gap.last(),
                        gap.neededBy().isEmpty()
                                ? "no point in time behind it can be reached; a new full backup"
                                        + " makes later ones reachable"
                                : "it is needed to restore " + String.join(", ", gap.neededBy()));
        check.trouble().forEach(text -> log.warn("the archive was not checked: {}", text));
    }
}
