package io.matriarch.backup.task;

import io.matriarch.api.MemberName;
import io.matriarch.backup.engine.core.SourceChoice;
import io.matriarch.backup.engine.core.SourceChoice.Candidate;
import io.matriarch.backup.engine.core.SourceChoice.Preference;
import io.matriarch.failover.api.ClusterStatus;
import io.matriarch.failover.api.MemberStatus;
import io.matriarch.schedule.api.ClusterTask.Fitness;
import java.util.Optional;
import java.util.Set;

/** How well a member is placed for making a backup: all of them come to the same order. */
public final class Placement {
    /** A standby further behind would make an old backup. */
    static final long MAX_LAG_BYTES = 1L << 30;

    /** Tag that keeps backups away from a member. */
    public static final String TAG = "nobackup";

    private static final Set<String> LEADERS = Set.of("leader", "standby_leader");
    private static final Set<String> FOLLOWING = Set.of("streaming", "in archive recovery");
    private static final int OTHER_STANDBY = 1;
    private static final int PRIMARY = 2;

    private Placement() {}

    /**
     * @param self the member asked about
     * @param repositories why the repositories are of no use on a standby here; empty if they are
     */
    public static Fitness of(
            Preference preference,
            String self,
            ClusterStatus cluster,
            Optional<String> repositories) {
        var found = cluster.members().stream().filter(m -> m.name().equals(self)).findFirst();
        if (found.isEmpty())
            return new Fitness.Unfit(self + " is not among the members the store shows");
        var member = found.get();
        var candidate = candidate(member);
        var not = unfit(preference, member, candidate, repositories);
        if (not.isPresent()) return new Fitness.Unfit(not.get());
        var best =
                SourceChoice.choose(
                        preference,
                        MAX_LAG_BYTES,
                        cluster.members().stream().map(Placement::candidate).toList());
        String words =
                candidate.primary()
                        ? "primary"
                        : "standby, %d kB behind".formatted(candidate.lagBytes() >> 10);
        if (best.filter(candidate.name()::equals).isPresent()) return new Fitness.Fit(0, words);
        return new Fitness.Fit(candidate.primary() ? PRIMARY : OTHER_STANDBY, words);
    }

    /**
     * Standbys first: a drill reads and writes as much as a restore does.
     *
     * @param leads whether the member asked about does
     * @param repositories why the repositories are of no use on a standby here; empty if they are
     */
    public static Fitness ofDrill(boolean leads, Optional<String> repositories) {
        if (leads) return new Fitness.Fit(1, "leader");
        return repositories
                .<Fitness>map(Fitness.Unfit::new)
                .orElseGet(() -> new Fitness.Fit(0, "standby"));
    }

    private static Optional<String> unfit(
            Preference preference,
            MemberStatus member,
            Candidate candidate,
            Optional<String> repositories) {
        if (candidate.excluded()) return Optional.of("it is tagged " + TAG);
        if (!candidate.healthy())
            return Optional.of("PostgreSQL here is \"" + member.state() + '"');
        if (candidate.primary())
            return preference == Preference.STANDBY
                    ? Optional.of("it is the primary, and backup.from is standby")
                    : Optional.empty();
        if (preference == Preference.PRIMARY)
            return Optional.of("it is a standby, and backup.from is primary");
        if (candidate.lagBytes() > MAX_LAG_BYTES)
            return Optional.of(
                    candidate.lagBytes() == Long.MAX_VALUE
                            ? "how far it is behind is not known"
                            : "it is %d MB behind".formatted(candidate.lagBytes() >> 20));
        return repositories;
    }

    private static Candidate candidate(MemberStatus member) {
        boolean primary = LEADERS.contains(member.role());
        return new Candidate(
                new MemberName(member.name()),
                primary,
                primary ? member.state().equals("running") : FOLLOWING.contains(member.state()),
                primary ? 0 : member.replayLagBytes().orElse(Long.MAX_VALUE),
                Boolean.TRUE.equals(member.tags().get(TAG)));
    }
}
