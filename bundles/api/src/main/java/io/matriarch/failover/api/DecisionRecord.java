package io.matriarch.failover.api;

import java.time.Instant;

/**
 * One decision of the agent, kept so that "why" has an answer.
 *
 * @param sequence grows by one per record of this node since the agent started
 * @param at when it was first taken
 * @param decision its name, such as {@code Promote}
 * @param reason the sentence that explains it
 * @param facts what it was decided on, in one line
 * @param repeated how often it was taken again unchanged
 * @param lastAt when it was last taken
 */
public record DecisionRecord(
        long sequence,
        Instant at,
        String member,
        String decision,
        String reason,
        String facts,
        long repeated,
        Instant lastAt) {}
