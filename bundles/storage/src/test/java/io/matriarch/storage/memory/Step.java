package io.matriarch.storage.memory;

/** What a client does to the storage, as faults see it. */
public enum Step {
    STAT,
    LIST,
    WALK,
    READ,
    BEGIN,
    APPEND,
    COMMIT,
    PUT,
    PUT_IF_ABSENT,
    DELETE;

    /** Whether it leaves something behind in the bucket. */
    public boolean changes() {
        return switch (this) {
            case COMMIT, PUT, PUT_IF_ABSENT, DELETE -> true;
            case STAT, LIST, WALK, READ, BEGIN, APPEND -> false;
        };
    }
}
