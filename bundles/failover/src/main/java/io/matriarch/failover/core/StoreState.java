package io.matriarch.failover.core;

/** What we know of the store this cycle. */
public sealed interface StoreState {
    record Seen(ClusterView view) implements StoreState {}

    /** Neither the view nor anything about the leader key is known to be true now. */
    record Away(String why) implements StoreState {}
}
