package io.matriarch.backup.format;

import java.time.Duration;

/** What stands in the first section of every info file we write. */
public final class Format {
    /** The one repository format since pgBackRest 1.0. */
    public static final int NUMBER = 5;

    /**
     * The release whose format we write. Readers take any text; it looks like a version because
     * people look at it, and it is none that stock has, so that stock never resumes a backup of
     * ours.
     */
    public static final String VERSION = "2.55.1-matriarch";

    /** A program that makes a backup writes a file of it at least so often, or it is dead. */
    public static final Duration QUIET = Duration.ofHours(1);

    private Format() {}
}
