package io.matriarch.failover.guard;

import io.matriarch.postgres.api.ServerView.Postmaster;
import java.nio.file.Path;
import java.util.Optional;

/** What the guard has acknowledged, so that the next one can be asked for the same. */
record Promise(Optional<Armed> armed, Optional<Postmaster> watched) {
    static final Promise NOTHING = new Promise(Optional.empty(), Optional.empty());

    /** A directory and its deadline. */
    record Armed(Path directory, long deadlineNanos) {
        String line() {
            return "ARM " + deadlineNanos + " " + directory;
        }
    }

    static String line(Postmaster postmaster) {
        return "WATCH " + postmaster.pid() + " " + postmaster.startTicks();
    }

    Promise arming(Armed next) {
        return new Promise(Optional.of(next), watched);
    }

    Promise watching(Postmaster next) {
        return new Promise(armed, Optional.of(next));
    }

    Promise disarmed() {
        return new Promise(Optional.empty(), watched);
    }

    /** Without that postmaster, if it is the one that is watched. */
    Promise gone(long pid) {
        return new Promise(armed, watched.filter(postmaster -> postmaster.pid() != pid));
    }
}
