package io.matriarch.failover.guard;

/**
 * What the guard says of itself.
 *
 * @param guardPid its process
 * @param clockNanos its clock when it answered
 * @param deadlineNanos on the clock of {@code System.nanoTime()}; 0 if none
 * @param postmasterPid whom it looks after; 0 if nobody
 */
public record GuardStatus(
        long guardPid, long clockNanos, State state, long deadlineNanos, long postmasterPid) {

    private static final String VERSION = "2";

    /** What it is at. */
    public enum State {
        /** It has no deadline to keep. */
        DISARMED,
        /** A deadline is set. */
        ARMED,
        /** The deadline passed, and servers are being stopped. */
        FENCING,
        /** They are dead, and whatever is started in the directory dies as well. */
        CLOSED
    }

    /** Reads the answer to {@code HELLO}. */
    static GuardStatus parse(String answer) throws GuardException {
        String[] words = answer.split(" ", -1);
        if (words.length < 2 || !words[0].equals("HELLO"))
            throw new GuardException(
                    "the guard answered \"" + answer + "\" instead of HELLO",
                    "is another program listening on the guard's socket?");
        if (!words[1].equals(VERSION) || words.length != 7)
            throw new GuardException(
                    "the guard speaks version "
                            + words[1]
                            + " of the protocol, we speak "
                            + VERSION,
                    "pause the cluster, then end the old guard with SIGTERM: the agent starts its own");
        try {
            return new GuardStatus(
                    Long.parseLong(words[2]),
                    Long.parseLong(words[3]),
                    State.valueOf(words[4]),
                    Long.parseLong(words[5]),
                    Long.parseLong(words[6]));
        } catch (IllegalArgumentException e) {
            throw new GuardException(
                    "the guard answered \"" + answer + "\": " + e.getMessage(),
                    "is another program listening on the guard's socket?",
                    e);
        }
    }
}
