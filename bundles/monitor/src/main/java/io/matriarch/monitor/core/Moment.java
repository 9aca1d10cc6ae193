package io.matriarch.monitor.core;

import java.time.Instant;

/**
 * What a reading may know beside its rows.
 *
 * @param now on this node's clock
 * @param majorVersion of the server
 * @param database the one asked; empty where it does not matter
 * @param memory of earlier rows
 * @param tables of this database that are told one by one, the largest first; see {@link
 *     TableShare}
 */
public record Moment(Instant now, int majorVersion, String database, Memory memory, int tables) {
    /** Where no tables are asked for. */
    public Moment(Instant now, int majorVersion, String database, Memory memory) {
        this(now, majorVersion, database, memory, 0);
    }
}
