package io.matriarch.failover.simulation;

import io.matriarch.failover.core.ClusterView;
import io.matriarch.failover.core.StoreState;
import io.matriarch.failover.core.SyncMemory;
import io.matriarch.failover.core.Synchronous.Next;
import io.matriarch.postgres.api.ServerView;
import java.util.Optional;

/**
 * Rules of the core are taken away by hiding from it what they look at; so the core under test is
 * the one that ships.
 */
final class Mutations {
    private final Rules rules;

    Mutations(Rules rules) {
        this.rules = rules;
    }

    StoreState seen(StoreState store) {
        if (rules.broken().isEmpty() || !(store instanceof StoreState.Seen(var view))) return store;
        return new StoreState.Seen(seen(view));
    }

    SyncMemory seen(SyncMemory memory, ServerView.Live live) {
        return memory;
    }

    Next seen(Next next, ClusterView view) {
        return next;
    }

    private ClusterView seen(ClusterView view) {
        return rules.keep(Rule.ON_THE_LIST) ? view : withoutList(view);
    }

    private static ClusterView withoutList(ClusterView view) {
        return new ClusterView(
                view.revision(),
                view.initialize(),
                view.config(),
                view.leader(),
                view.status(),
                view.failover(),
                view.history(),
                Optional.empty(),
                view.sync(),
                view.members());
    }
}
