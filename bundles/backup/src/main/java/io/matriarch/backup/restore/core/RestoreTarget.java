package io.matriarch.backup.restore.core;

import io.matriarch.api.Lsn;
import java.time.Instant;

/** Where recovery ends. */
public sealed interface RestoreTarget {
    /** With the last WAL there is. */
    record Latest() implements RestoreTarget {}

    /** As soon as the backup is consistent. */
    record Immediate() implements RestoreTarget {}

    /**
     * At a moment, by the commit times in WAL.
     *
     * @param inclusive whether what committed at that very moment is there
     */
    record Time(Instant at, boolean inclusive) implements RestoreTarget {}

    /** At a position in WAL. */
    record Position(Lsn lsn, boolean inclusive) implements RestoreTarget {}

    /**
     * With a transaction; those that committed before it are there too, whatever their number.
     *
     * @param xid 32 or 64 bit, decimal
     */
    record Transaction(String xid, boolean inclusive) implements RestoreTarget {
        public Transaction {
            if (xid.isEmpty() || xid.length() > 20 || !xid.chars().allMatch(Character::isDigit))
                throw new IllegalArgumentException("not a transaction id: \"" + xid + "\"");
        }
    }

    /** At a point made by {@code pg_create_restore_point}. */
    record Point(String name) implements RestoreTarget {
        public Point {
            if (name.isEmpty() || name.length() > 63)
                throw new IllegalArgumentException(
                        "a restore point's name has 1 to 63 bytes: \"" + name + "\"");
        }
    }
}
