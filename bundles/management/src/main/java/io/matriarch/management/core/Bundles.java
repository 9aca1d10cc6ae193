package io.matriarch.management.core;

import io.matriarch.failover.api.Answer;
import java.util.List;
import java.util.Optional;

/** Operations on the bundles of the running appliance. */
public interface Bundles {
    List<BundleInfo> list();

    /**
     * Puts new code in place of the old while the rest goes on. A bundle others are wired to is
     * refreshed with them; the system bundle is refused.
     *
     * @param location a file; empty: where it was installed from
     * @param dryRun only say what would happen
     * @return the text tells how long the bundle was away, in ms
     */
    Answer update(long id, Optional<String> location, boolean dryRun) throws Refused;

    Answer start(long id) throws Refused;

    Answer stop(long id, boolean dryRun) throws Refused;

    /** Wires the bundle, and those wired to it, anew. */
    Answer refresh(long id, boolean dryRun) throws Refused;
}
