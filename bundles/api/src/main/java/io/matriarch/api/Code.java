package io.matriarch.api;

/**
 * What went wrong, as a number: the exit status of the launcher and of matriarchctl. Numbers are
 * never reused.
 */
public enum Code {
    /** A defect of ours: an invariant broke. */
    INTERNAL(1),
    /** The command line was not understood. */
    USAGE(2),
    /** {@code matriarch.yml} or an environment variable is wrong. */
    CONFIG(3),
    /** The store does not answer, or no majority of it does. */
    DCS_UNREACHABLE(4),
    /** The store refuses us: user, password or certificate. */
    DCS_DENIED(5),
    /** PostgreSQL's programs are missing or of a version we do not know. */
    POSTGRES_BINARIES(6),
    /** The data directory is of another cluster, damaged, or not ours to read. */
    DATA_DIRECTORY(7),
    /** PostgreSQL did not start, stop or promote. */
    POSTGRES_CONTROL(8),
    /** PostgreSQL refuses our user or password. */
    POSTGRES_DENIED(9),
    /** An address is in use by another program. */
    ADDRESS_IN_USE(10),
    /** Another agent of this name, or on this data directory, is running. */
    DUPLICATE(11),
    /** The request cannot be done in the present state of the cluster. */
    REFUSED(12),
    /** The request was begun; how it ended is not known. */
    UNKNOWN_OUTCOME(13),
    /** No member's REST interface answers. */
    API_UNREACHABLE(14),
    /** The guard process could not be started or does not answer. */
    GUARD(15),
    /** Not running (status command). */
    NOT_RUNNING(16),
    /** A repository's directory or bucket does not answer, or not in time. */
    STORAGE_UNREACHABLE(17),
    /** A repository's directory or bucket refuses us: user, key, rights, clock. */
    STORAGE_DENIED(18),
    /** A repository's disk or quota is full. */
    STORAGE_FULL(19),
    /** A repository is damaged, of another cluster, or encrypted with another passphrase. */
    REPOSITORY(20),
    /** WAL could not be archived, or is not in the archive. */
    ARCHIVE(21),
    /** A backup could not be made. */
    BACKUP(22),
    /** A restore was refused or did not succeed. */
    RESTORE(23);

    private final int exitStatus;

    Code(int exitStatus) {
        this.exitStatus = exitStatus;
    }

    /** 1 to 125. */
    public int exitStatus() {
        return exitStatus;
    }
}
