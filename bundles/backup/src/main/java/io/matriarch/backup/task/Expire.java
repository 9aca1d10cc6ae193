package io.matriarch.backup.task;

import io.matriarch.api.MatriarchException;
import io.matriarch.backup.expire.Expirer;
import io.matriarch.backup.expire.core.ExpiryPlan;
import io.matriarch.backup.expire.core.Retention;
import io.matriarch.backup.repository.Stanza;
import java.time.InstantSource;
import java.time.ZoneOffset;

/** Applies the retention to a stanza. */
public final class Expire {
    private final InstantSource clock;

    public Expire(InstantSource clock) {
        this.clock = clock;
    }

    /** What it would remove now; removes nothing. */
    public ExpiryPlan plan(Stanza stanza, Retention retention) throws MatriarchException {
        return new Expirer(stanza)
                .plan(retention, Verified.damaged(stanza), clock.instant(), ZoneOffset.UTC);
    }

    /**
     * @return one sentence about what was removed
     */
    public String run(Stanza stanza, Retention retention) throws MatriarchException {
        ExpiryPlan plan = plan(stanza, retention);
        new Expirer(stanza).run(plan);
        String name = stanza.repository().name();
        if (plan.remove().isEmpty() && plan.archives().isEmpty())
            return "%s: nothing expires, %d backups stay".formatted(name, plan.keep().size());
        return "%s: removed %s; %d backups stay%s"
                .formatted(
                        name,
                        plan.remove().isEmpty() ? "WAL only" : plan.labelsToRemove(),
                        plan.keep().size(),
                        plan.notes().isEmpty() ? "" : "; " + String.join("; ", plan.notes()));
    }
}
