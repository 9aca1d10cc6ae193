package io.matriarch.monitor.core;

/**
 * Shares out how many tables are told one by one. A table is some thirty series, so a hundred of
 * each of a hundred databases would be 300,000: more than an agent has memory for, and than a
 * Prometheus wants of one instance. What the tables of a database come to together is told of all
 * that were read either way.
 *
 * <p>Databases come in order, those most worth it first: each gets {@link #MOST_OF_ONE} as long as
 * every one after it can still have {@link #LEAST_OF_ONE}.
 */
public final class TableShare {
    /** In one instance. */
    public static final int MOST_OF_ALL = 1_000;

    static final int MOST_OF_ONE = 100;
    static final int LEAST_OF_ONE = 5;

    private int left = MOST_OF_ALL;

    /**
     * @param after databases that come after this one
     * @return 0 to {@link #MOST_OF_ONE}; in all calls together at most {@link #MOST_OF_ALL}
     */
    public int next(int after) {
        int least = Math.min(LEAST_OF_ONE, left);
        int spare = left - LEAST_OF_ONE * after;
        int share = Math.clamp(spare, least, MOST_OF_ONE);
        return Math.min(share, left);
    }

    /** What was used of it: a database with few tables leaves more to the others. */
    public void used(int tables) {
        left -= Math.min(tables, left);
    }
}
