package io.matriarch.itests;

/** Replication modes as a run is asked for them. */
final class Modes {
    private Modes() {}

    /** Lines of the dynamic configuration. */
    static String[] settings(String mode) {
        return switch (mode) {
            case "async" -> new String[] {};
            case "on", "quorum" -> new String[] {"synchronous_mode: " + mode};
            case "strict" -> new String[] {"synchronous_mode: on", "synchronous_mode_strict: true"};
            default ->
                    throw new IllegalArgumentException(
                            "mode \"%s\" is none of async, on, strict, quorum".formatted(mode));
        };
    }
}
