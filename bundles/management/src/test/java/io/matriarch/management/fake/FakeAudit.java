package io.matriarch.management.fake;

import io.matriarch.access.api.AuditEntry;
import io.matriarch.access.api.AuditLog;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** One entry by REST one second after what is asked for, and what was added. */
public final class FakeAudit implements AuditLog {
    public final List<AuditEntry> added = new CopyOnWriteArrayList<>();

    @Override
    public void add(AuditEntry entry) {
        added.add(entry);
    }

    @Override
    public List<AuditEntry> since(Instant since) {
        var all = new ArrayList<AuditEntry>();
        all.add(
                new AuditEntry(
                        since.plusSeconds(1),
                        "n1",
                        "ada",
                        "operator",
                        "10.0.0.9",
                        "POST",
                        "/api/v1/pause",
                        "{}",
                        200,
                        "",
                        12,
                        ""));
        all.addAll(added);
        return all;
    }
}
