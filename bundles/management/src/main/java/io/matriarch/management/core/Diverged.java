package io.matriarch.management.core;

import io.matriarch.api.MatriarchException;
import io.matriarch.failover.api.Answer;
import io.matriarch.postgres.api.LocalPostgres;

/** Takes away WAL that was kept before it was discarded; the same for REST and JMX. */
public final class Diverged {
    private Diverged() {}

    public static Answer remove(LocalPostgres postgres, String id, boolean dryRun) throws Refused {
        try {
            var kept =
                    postgres.divergedWal().stream()
                            .filter(each -> each.id().equals(id))
                            .findFirst();
            if (kept.isEmpty())
                return new Answer(404, "no diverged WAL \"" + id + "\" is kept here");
            String what =
                    "%s: %d segments, %d bytes, on timeline %d from %s on"
                            .formatted(
                                    kept.get().directory(),
                                    kept.get().segments(),
                                    kept.get().bytes(),
                                    kept.get().timeline(),
                                    kept.get().from());
            if (dryRun) return new Answer(200, "would remove " + what);
            postgres.removeDivergedWal(id);
            return new Answer(200, "removed " + what);
        } catch (MatriarchException e) {
            throw Refused.of(e);
        }
    }
}
