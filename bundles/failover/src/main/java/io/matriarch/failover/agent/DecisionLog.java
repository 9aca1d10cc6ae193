package io.matriarch.failover.agent;

import io.matriarch.failover.api.DecisionRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The decisions of the last hour and more, each with its reason; repeated ones are counted, not
 * kept twice.
 */
final class DecisionLog {
    private static final Logger LOG = LoggerFactory.getLogger("io.matriarch.failover.decisions");
    private static final Duration KEPT = Duration.ofHours(2);
    private static final int LEAST_KEPT = 200;
    private static final int MOST_KEPT = 5_000;

    private final String member;
    private final ArrayDeque<DecisionRecord> records = new ArrayDeque<>();
    private long sequence;

    DecisionLog(String member) {
        this.member = member;
    }

    /**
     * Notes a decision. Two in a row count as the same if name and reason agree but for digits:
     * figures that move do not make a new decision.
     */
    synchronized void note(String decision, String reason, String facts, Instant now) {
        var last = records.peekLast();
        if (last != null
                && last.decision().equals(decision)
                && shape(last.reason()).equals(shape(reason))) {
            records.removeLast();
            records.addLast(
                    new DecisionRecord(
                            last.sequence(),
                            last.at(),
                            member,
                            decision,
                            reason,
                            facts,
                            last.repeated() + 1,
                            now));
            return;
        }
        LOG.info("{}: {} [{}]", decision, reason, facts);
        records.addLast(
                new DecisionRecord(++sequence, now, member, decision, reason, facts, 0, now));
        while (records.size() > MOST_KEPT
                || records.size() > LEAST_KEPT
                        && records.getFirst().lastAt().isBefore(now.minus(KEPT)))
            records.removeFirst();
    }

    private static String shape(String reason) {
        return reason.replaceAll("[0-9A-F]+/[0-9A-F]+|\\d+", "#");
    }

    synchronized List<DecisionRecord> since(Instant since) {
        return records.stream().filter(record -> !record.lastAt().isBefore(since)).toList();
    }

    synchronized java.util.Optional<DecisionRecord> last() {
        return java.util.Optional.ofNullable(records.peekLast());
    }
}
