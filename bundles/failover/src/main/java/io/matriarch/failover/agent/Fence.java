package io.matriarch.failover.agent;

import io.matriarch.postgres.api.Gate;
import io.matriarch.postgres.api.ServerView.Postmaster;
import java.util.OptionalLong;
import java.util.function.Supplier;

/**
 * What the agent needs of the guard process. None of these throws: a guard that is away is told by
 * {@link #ready}.
 */
interface Fence extends AutoCloseable {
    /** Whether the guard answers; if it does not, it is started again by this call. */
    boolean ready();

    /** Whether a deadline is kept, as far as the guard last answered. */
    boolean armed();

    /** {@code armed}, {@code standing down}, {@code closed} or {@code absent: WHY}. */
    String describe();

    /**
     * Stops whatever server runs in the data directory at {@code deadline} ({@code
     * System.nanoTime()}) unless armed anew, and lets none come up there afterwards; false if not
     * confirmed.
     *
     * @param deadline looked up when it is its turn, because another thread may have changed it, or
     *     called {@link #shut} or {@link #standDown}; empty: none is wanted any more
     */
    boolean arm(Supplier<OptionalLong> deadline);

    /**
     * Ends whatever runs in the data directory and lets none come up there, from now on. To be
     * called when this node leads no more, before anybody else can.
     *
     * @return false while something is being ended there: ask again. True also if there is no guard
     */
    boolean shut();

    /** As {@link #shut}, if a deadline is set. */
    void shutIfArmed();

    /**
     * What a server that may write has to pass: it runs only if the guard is armed and knows it
     * before it is a server, whatever becomes of this agent meanwhile.
     */
    Gate gate();

    /**
     * What runs in the data directory does not write, or may go on writing without a lease. To be
     * called before anything is started there that passes no gate.
     */
    void standDown();

    /** The postmaster whose end is to be told at once. */
    void watch(Postmaster postmaster);

    @Override
    void close();
}
