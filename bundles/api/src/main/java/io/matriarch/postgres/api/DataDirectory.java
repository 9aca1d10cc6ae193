package io.matriarch.postgres.api;

/** What lies where the data directory should be. */
public enum DataDirectory {
    /** Missing or without entries: free to initialise or clone into. */
    EMPTY,
    /** Holds a cluster ({@code PG_VERSION} and {@code global/pg_control} are there). */
    PRESENT,
    /** Exists and we cannot read it, or it holds something that is no PostgreSQL cluster. */
    INACCESSIBLE
}
