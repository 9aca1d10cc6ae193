package io.matriarch.monitor.collect;

import io.matriarch.monitor.api.Family;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Something asked again and again. Its id is unique, and the label of its own figures. */
public interface Task {
    /** What came of asking. */
    sealed interface Outcome {
        record Answered(List<Family> families) implements Outcome {}

        /** Some of it was refused or out of time. */
        record Partly(List<Family> families, String why) implements Outcome {}

        /**
         * Asked, and refused or out of time.
         *
         * @param families what that itself says, such as that it is down
         */
        record Failed(String why, List<Family> families) implements Outcome {
            public Failed(String why) {
                this(why, List.of());
            }
        }

        /** There was nobody to ask. */
        record NotAsked() implements Outcome {}

        /** There is nothing to ask this server, in its role and of its version. */
        record NotForIt() implements Outcome {}
    }

    String id();

    Duration interval();

    /** May last long: not on the thread the others wait for. */
    default boolean apart() {
        return false;
    }

    Outcome ask(Instant now);
}
