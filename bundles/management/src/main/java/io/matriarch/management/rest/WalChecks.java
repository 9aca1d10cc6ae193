package io.matriarch.management.rest;

import io.matriarch.backup.api.WalArchive;
import io.matriarch.failover.api.Answer;
import io.matriarch.management.core.Tree;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Comparing archive and backups takes longer than a request may: it is begun, and asked for later.
 */
final class WalChecks {
    private static final Logger LOG = LoggerFactory.getLogger(WalChecks.class);

    private final AtomicBoolean checking = new AtomicBoolean();

    Map<String, @Nullable Object> status(WalArchive archive) {
        var status = Tree.of(archive.status());
        status.put("checking", checking.get());
        status.put("lastCheck", archive.lastCheck().map(Tree::of).orElse(null));
        return status;
    }

    Answer check(WalArchive archive, boolean heal) {
        if (!checking.compareAndSet(false, true))
            return new Answer(
                    409, "a check is under way already; GET /api/v1/wal tells its result");
        Thread.ofVirtual().name("wal-check").start(() -> run(archive, heal));
        return new Answer(202, "the check has begun; GET /api/v1/wal tells its result");
    }

    private void run(WalArchive archive, boolean heal) {
        try {
            archive.check(heal);
        } catch (RuntimeException e) {
            LOG.error("check of the WAL archive", e);
        } finally {
            checking.set(false);
        }
    }
}
