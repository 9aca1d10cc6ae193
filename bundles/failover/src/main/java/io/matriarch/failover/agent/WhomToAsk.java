package io.matriarch.failover.agent;

import io.matriarch.api.MemberName;
import io.matriarch.failover.core.Failsafe;
import io.matriarch.failover.core.LocalView;
import io.matriarch.failover.core.LocalView.RunningAction;
import io.matriarch.failover.core.LocalView.RunningAction.Kind;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.function.Supplier;

/**
 * Whom a leader without the store asks, by what is known at this moment and not in the last cycle
 * of the loop: whatever keeps the loop busy keeps nobody from asking.
 */
record WhomToAsk(
        MemberName self, AgentState state, StoreMirror mirror, LeaseKeeper lease, LongAction action)
        implements Supplier<Optional<SortedMap<MemberName, String>>> {
    /** While one of these is under way, nothing is to go on writing. */
    private static final Set<Kind> ENDING = EnumSet.of(Kind.DEMOTE, Kind.BOOTSTRAP);

    @Override
    public Optional<SortedMap<MemberName, String>> get() {
        if (!mirror.isAway()) return Optional.empty();
        return Failsafe.whomToAsk(
                self,
                state.failsafe().mayLead(),
                serves(),
                lease.left().isPositive(),
                state.policy());
    }

    private boolean serves() {
        var doing = action.now().map(RunningAction::kind);
        if (doing.filter(ENDING::contains).isPresent()) return false;
        return doing.filter(kind -> kind == Kind.PROMOTE).isPresent()
                || state.server()
                        .map(server -> LocalView.isPrimary(server, state.role()))
                        .orElse(false);
    }
}
