package io.matriarch.management.fake;

import io.matriarch.failover.api.Answer;
import io.matriarch.management.core.BundleInfo;
import io.matriarch.management.core.Bundles;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Bundle 7 is the failover agent; requests are written down. */
public final class FakeBundles implements Bundles {
    public final List<String> calls = new ArrayList<>();

    @Override
    public List<BundleInfo> list() {
        return List.of(
                new BundleInfo(7, "matriarch-failover", "0.1.0", "active", "2026-11-23T04:00:00Z"));
    }

    private Answer note(String call) {
        calls.add(call);
        return new Answer(200, call);
    }

    @Override
    public Answer update(long id, Optional<String> location, boolean dryRun) {
        return note("update %d %s %s".formatted(id, location, dryRun));
    }

    @Override
    public Answer start(long id) {
        return note("start " + id);
    }

    @Override
    public Answer stop(long id, boolean dryRun) {
        return note("stop %d %s".formatted(id, dryRun));
    }

    @Override
    public Answer refresh(long id, boolean dryRun) {
        return note("refresh %d %s".formatted(id, dryRun));
    }
}
