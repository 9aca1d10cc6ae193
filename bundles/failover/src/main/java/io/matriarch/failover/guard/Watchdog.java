package io.matriarch.failover.guard;

import java.nio.file.Path;

/**
 * The machine's own watchdog, which the guard feeds while it keeps a deadline.
 *
 * @param device an absolute path
 */
public record Watchdog(Mode mode, Path device) {
    /** What is done without the device. */
    public enum Mode {
        /** It is not used. */
        OFF("off"),
        /** We go on. */
        AUTOMATIC("automatic"),
        /** This node does not lead. */
        REQUIRED("required");

        private final String text;

        Mode(String text) {
            this.text = text;
        }
    }

    String line() {
        return "WATCHDOG " + mode.text + " " + device;
    }

    /**
     * @param mode as in the configuration: off, automatic or required
     */
    public static Watchdog of(String mode, String device) {
        return new Watchdog(
                switch (mode) {
                    case "required" -> Mode.REQUIRED;
                    case "automatic" -> Mode.AUTOMATIC;
                    default -> Mode.OFF;
                },
                Path.of(device).toAbsolutePath());
    }
}
