package io.matriarch.dcs.memory;

import java.time.Duration;

/** What is wrong between one client and the store, now. Guarded by the store's monitor. */
final class Faults {
    boolean partitioned;
    boolean refused;
    int requestsToLose;
    int answersToLose;
    Duration delay = Duration.ZERO;

    boolean takeLostRequest() {
        if (requestsToLose == 0) {
            return false;
        }
        requestsToLose--;
        return true;
    }

    boolean takeLostAnswer() {
        if (answersToLose == 0) {
            return false;
        }
        answersToLose--;
        return true;
    }
}
