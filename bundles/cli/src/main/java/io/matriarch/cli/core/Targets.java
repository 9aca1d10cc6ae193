package io.matriarch.cli.core;

import io.matriarch.api.Code;
import io.matriarch.api.MatriarchException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;

/** Which members a command is about. */
public final class Targets {

    /** What a person may ask for by {@code --role}. */
    public enum Role {
        ANY,
        PRIMARY,
        REPLICA,
        STANDBY_LEADER;

        /**
         * @throws MatriarchException {@link Code#USAGE} if there is no such role
         */
        public static Role of(String text) throws MatriarchException {
            return switch (text.toLowerCase(Locale.ROOT)) {
                case "any" -> ANY;
                case "primary", "leader", "master" -> PRIMARY;
                case "replica", "standby" -> REPLICA;
                case "standby_leader", "standby-leader" -> STANDBY_LEADER;
                default ->
                        throw new MatriarchException(
                                Code.USAGE,
                                "--role: \"%s\" is not a role".formatted(text),
                                "it is one of any, primary, replica, standby-leader");
            };
        }

        boolean fits(Member member) {
            return switch (this) {
                case ANY -> true;
                case PRIMARY -> member.role().equals("leader");
                case STANDBY_LEADER -> member.role().equals("standby_leader");
                case REPLICA -> !member.leads();
            };
        }
    }

    private Targets() {}

    /**
     * The named members, or all; of these the ones of the role. Standbys first, the leader last, so
     * that what goes wrong goes wrong where it hurts least.
     *
     * @throws MatriarchException {@link Code#USAGE} if a name is not a member's, {@link
     *     Code#REFUSED} if nobody is left
     */
    public static List<Member> of(Cluster cluster, List<String> names, Role role)
            throws MatriarchException {
        var chosen = new LinkedHashSet<Member>();
        for (String name : names) chosen.add(cluster.member(name));
        if (names.isEmpty()) chosen.addAll(cluster.members());
        var fitting = new ArrayList<>(chosen.stream().filter(role::fits).toList());
        if (fitting.isEmpty())
            throw new MatriarchException(
                    Code.REFUSED,
                    "no member of cluster %s is meant: none of %s has the role %s"
                            .formatted(
                                    cluster.scope(),
                                    Cluster.names(List.copyOf(chosen)),
                                    role.name().toLowerCase(Locale.ROOT)),
                    "look at the roles with: matriarchctl list");
        fitting.sort(Comparator.comparing(Member::leads));
        return fitting;
    }

    /**
     * One member to send queries to: of those that serve, the least behind.
     *
     * @throws MatriarchException {@link Code#REFUSED} if none serves in the role
     */
    public static Member serving(Cluster cluster, Role role) throws MatriarchException {
        return cluster.members().stream()
                .filter(role::fits)
                .filter(member -> member.serves() && !member.host().isEmpty())
                .min(Comparator.comparingLong(Targets::lag))
                .orElseThrow(() ->
                        new MatriarchException(
                                Code.REFUSED,
                                "no member of cluster %s serves in the role %s"
                                        .formatted(
                                                cluster.scope(),
                                                role.name().toLowerCase(Locale.ROOT)),
                                "look at the states with: matriarchctl list"));
    }

    private static long lag(Member member) {
        if (member.leads()) return 0;
        return member.total().flatMap(Member.Position::lagBytes).orElse(Long.MAX_VALUE);
    }
}
