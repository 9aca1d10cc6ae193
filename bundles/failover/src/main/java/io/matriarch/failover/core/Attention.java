package io.matriarch.failover.core;

import io.matriarch.api.MemberName;
import java.util.Optional;

/**
 * Which changes of the store are a reason to decide at once, and which can wait for the next loop.
 */
public final class Attention {
    private static final String MEMBERS = "members/";

    private Attention() {}

    /**
     * @param key that changed, below the cluster's prefix; {@code watch} if the watch itself did
     * @param known the cluster with that change; empty if nothing of it is known
     * @param self whom the change is told to
     * @param leading whether {@code self} holds the leader's lease
     */
    public static boolean calls(
            String key,
            Optional<ClusterView> known,
            MemberName self,
            boolean leading,
            Policy policy) {
        return switch (key) {
            case "leader", "failover", "config", "initialize", "watch" -> true;
            default ->
                    member(key)
                            .flatMap(member ->
                                    known.map(view ->
                                            followed(member, view, self)
                                                    || leading
                                                            && Synchronous.lost(
                                                                    view, policy, member)))
                            .orElse(false);
        };
    }

    /** Others may write below the prefix what can be no member's key. */
    private static Optional<MemberName> member(String key) {
        return Optional.of(key)
                .filter(member -> member.startsWith(MEMBERS))
                .map(member -> member.substring(MEMBERS.length()))
                .filter(MemberName::isValid)
                .map(MemberName::new);
    }

    private static boolean followed(MemberName member, ClusterView view, MemberName self) {
        return !member.equals(self) && view.ledBy(member);
    }
}
