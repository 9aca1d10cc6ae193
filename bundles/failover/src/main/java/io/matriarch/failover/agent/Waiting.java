package io.matriarch.failover.agent;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/** Asks again and again, in a thread that may wait; by a clock nobody sets. */
final class Waiting {
    private Waiting() {}

    /**
     * @param patience after it nobody is asked any more; the first question is always asked
     * @param poll between two questions
     * @return the first answer there is; empty if patience ran out or the thread was interrupted,
     *     which it still is then
     */
    static <T> Optional<T> until(Duration patience, Duration poll, Supplier<Optional<T>> ask) {
        long begun = System.nanoTime();
        while (true) {
            var answer = ask.get();
            if (answer.isPresent()) return answer;
            if (System.nanoTime() - begun >= patience.toNanos()) return Optional.empty();
            try {
                Thread.sleep(poll);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return Optional.empty();
            }
        }
    }
}
