package io.matriarch.alerting.core;

/** Names of messages that other parts give the cause finder beside the figures. */
public final class Notes {
    private Notes() {}

    /** What the archive said when it last refused a file; with the member's name behind it. */
    public static final String ARCHIVE_ERROR = "archive.error";

    /** What receiver NAME answered when it last took nothing: this and its name. */
    public static final String RECEIVER_ERROR = "receiver.error.";

    /** Why the agent of this member last decided as it did. */
    public static final String DECISION = "decision";
}
