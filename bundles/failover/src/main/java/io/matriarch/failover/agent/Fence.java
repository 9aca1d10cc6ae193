package io.matriarch.failover.agent;

/**
 * What the agent needs of the guard process. None of these throws: a guard that is away is told by
 * {@link #ready}.
 */
interface Fence extends AutoCloseable {
    /** Whether the guard answers; if it does not, it is started again by this call. */
    boolean ready();

    /** {@code armed}, {@code standing down} or {@code absent: WHY}. */
    String describe();

    /**
     * Stops PostgreSQL at {@code deadlineNanos} ({@code System.nanoTime()}) unless armed anew;
     * false if not confirmed.
     */
    boolean arm(long deadlineNanos);

    /** PostgreSQL does not write, or may go on writing without a lease. */
    void standDown();

    /** The postmaster to look after; its end is told at once. */
    void watch(io.matriarch.postgres.api.ServerView.Postmaster postmaster);

    @Override
    void close();
}
