package io.matriarch.alerting.api;

import io.matriarch.api.MatriarchException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The alerting of this member. What is read is of its last round, ten seconds old at most; what is
 * changed lies in the store, and every member honours it from its next round on.
 *
 * <p>Requests that cannot be done end with {@code REFUSED}; without the store with {@code
 * DCS_UNREACHABLE}.
 */
@ProviderType
public interface Alerts {
    AlertingStatus status();

    /** Everything that fires in the cluster, the most severe and oldest first; muted ones too. */
    List<Alert> active();

    /** What was over after that time, newest first; the last 200 are kept. */
    List<PastAlert> past(Instant since);

    /** Active and planned ones, by when they begin. */
    List<Silence> silences();

    /** Every rule with the limits that apply here. */
    List<RuleInfo> rules();

    /** The rules as a file for Prometheus. */
    String prometheusRules();

    /**
     * @param request what to keep quiet, when and why
     * @param dryRun only say what would be set
     * @return the silence; in a dry run with an empty id
     */
    Silence silence(SilenceRequest request, boolean dryRun) throws MatriarchException;

    /** Ends a silence before its time. */
    Silence expire(String id, boolean dryRun) throws MatriarchException;

    /**
     * Calls an alert over that ends by hand only.
     *
     * @param id its id, or the beginning of it if that is unique
     */
    Alert resolve(String id, String by, boolean dryRun) throws MatriarchException;

    /**
     * Sends a test notice now, from this member.
     *
     * @return what the receiver answered; in a dry run how it would be reached
     */
    String test(String receiver, boolean dryRun) throws MatriarchException;

    /** Takes alerts of others, to be grouped, silenced and told like ours. */
    void accept(List<ForeignAlert> alerts);

    /**
     * A silence to be set.
     *
     * @param from empty: now
     * @param lasting how long; more than zero, a year at most
     */
    record SilenceRequest(
            List<Matcher> matchers,
            Optional<Instant> from,
            Duration lasting,
            String by,
            String comment) {
        public SilenceRequest {
            matchers = List.copyOf(matchers);
        }
    }
}
