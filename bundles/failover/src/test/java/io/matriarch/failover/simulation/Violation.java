package io.matriarch.failover.simulation;

/** Something happened that must never happen. */
final class Violation extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Violation(String what) {
        super(what, null, false, false);
    }
}
