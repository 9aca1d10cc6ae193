package io.matriarch.monitor.api;

import java.time.Instant;
import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/** What is known about this node, for pages, consoles and rules. Nothing here asks PostgreSQL. */
@ProviderType
public interface Monitor {
    /**
     * The figures of this moment: of PostgreSQL, this host, and of every {@link MetricSource}. What
     * is not known, or is older than three of its intervals, is left out.
     */
    List<Family> figures();

    /** Answers of this moment, all aspects; from what was last seen. */
    List<Health> health();

    /** Failovers, outages and the like that this node saw, since {@code since}; oldest first. */
    List<Event> events(Instant since);

    /** Keeps an event of another bundle's, such as a backup. */
    void record(Event event);

    /** Names of what is kept of this node's past. */
    List<String> seriesNames();

    /**
     * This node's past.
     *
     * @param names of {@link #seriesNames}; unknown ones are left out
     * @param points how many values at most, 1 or more; values between are averaged
     */
    List<Series> history(List<String> names, Instant from, Instant to, int points);
}
