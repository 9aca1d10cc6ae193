package io.matriarch.backup.engine.core;

import io.matriarch.api.MemberName;
import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Which member a backup reads from. */
public final class SourceChoice {
    private SourceChoice() {}

    /** Where the user wants it to read. */
    public enum Preference {
        /** From the primary only. */
        PRIMARY,
        /** From a standby, and if there is none that is fit, from the primary. */
        PREFER_STANDBY,
        /** From a standby or not at all. */
        STANDBY
    }

    /**
     * A member whose agent can make the backup.
     *
     * @param primary whether it is the writable one
     * @param healthy it runs, and if it is a standby it follows
     * @param lagBytes of replay; 0 on the primary
     * @param excluded the user keeps backups away from it
     */
    public record Candidate(
            MemberName name, boolean primary, boolean healthy, long lagBytes, boolean excluded) {}

    /**
     * The fittest: of the standbys that lag no more than allowed the one that lags least, by name
     * where they are equal, so that every member comes to the same choice.
     *
     * @param maxLagBytes a standby further behind would make an old backup
     * @return empty if none is fit
     */
    public static Optional<MemberName> choose(
            Preference preference, long maxLagBytes, Collection<Candidate> members) {
        var fit = members.stream().filter(m -> m.healthy() && !m.excluded()).toList();
        var standby =
                fit.stream()
                        .filter(m -> !m.primary() && m.lagBytes() <= maxLagBytes)
                        .min(
                                Comparator.comparingLong(Candidate::lagBytes)
                                        .thenComparing(Candidate::name))
                        .map(Candidate::name);
        var primary = fit.stream().filter(Candidate::primary).findFirst().map(Candidate::name);
        return switch (preference) {
            case PRIMARY -> primary;
            case STANDBY -> standby;
            case PREFER_STANDBY -> standby.or(() -> primary);
        };
    }
}
