package io.matriarch.cli.core;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Who replicates from whom, by the tag {@code replicatefrom}; everybody else from the leader. */
public final class Topology {

    /** A member and its name with the marks of the tree before it. */
    public record Branch(Member member, String label) {}

    private Topology() {}

    /** Depth first, the leader first. Every member appears once, whatever the tags say. */
    public static List<Branch> of(List<Member> members) {
        var branches = new ArrayList<Branch>();
        var placed = new HashSet<Member>();
        members.stream()
                .filter(Member::leads)
                .forEach(leader -> place(leader, 0, members, placed, branches));
        for (var member : members)
            if (source(member, members).isEmpty()) place(member, 1, members, placed, branches);
        // two that name each other hang on nobody; they are shown all the same
        for (var member : members) place(member, 1, members, placed, branches);
        return branches;
    }

    private static void place(
            Member member, int depth, List<Member> all, Set<Member> placed, List<Branch> to) {
        if (!placed.add(member)) return;
        to.add(
                new Branch(
                        member,
                        depth == 0
                                ? member.name()
                                : "  ".repeat(depth - 1) + "+ " + member.name()));
        for (var other : all)
            if (source(other, all).equals(member.name())) place(other, depth + 1, all, placed, to);
    }

    /** Empty if it follows nobody we can name: a leader, or a standby while nobody leads. */
    private static String source(Member member, List<Member> all) {
        if (member.leads()) return "";
        String wanted = Json.text(member.tags(), "replicatefrom");
        if (!wanted.equals(member.name()) && all.stream().anyMatch(m -> m.name().equals(wanted)))
            return wanted;
        return all.stream().filter(Member::leads).map(Member::name).findFirst().orElse("");
    }
}
