package io.matriarch.management.core;

import io.matriarch.backup.api.Restoring;
import io.matriarch.failover.api.DemoteRequest;
import io.matriarch.failover.api.RestartRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** From checked parameters to what the ports take; the same for REST and JMX. */
public final class Requests {
    private static final Set<String> ROLES = Set.of("primary", "standby_leader", "replica");
    private static final Pattern VERSION = Pattern.compile("\\d{1,2}(\\.\\d{1,2}){0,2}");
    private static final Duration LAST_HOUR = Duration.ofHours(1);

    private Requests() {}

    public static RestartRequest restart(Parameters parameters) throws Refused {
        Optional<String> role = parameters.text("role");
        if (role.isPresent() && !ROLES.contains(role.get()))
            throw Refused.malformed(
                    "field \"role\" is \"" + role.get() + "\"",
                    "expected primary, standby_leader or replica");
        Optional<String> olderThan = parameters.text("olderThan");
        if (olderThan.isPresent() && !VERSION.matcher(olderThan.get()).matches())
            throw Refused.malformed(
                    "field \"olderThan\" is \"" + olderThan.get() + "\"",
                    "expected a PostgreSQL version such as 17.5");
        return new RestartRequest(
                parameters.instant("at"),
                role,
                olderThan,
                parameters.flag("onlyIfPending"),
                parameters.integer("timeoutSeconds").map(Duration::ofSeconds));
    }

    public static DemoteRequest demote(Parameters parameters) {
        return new DemoteRequest(
                parameters.text("host"),
                parameters.text("port"),
                parameters.text("restoreCommand"),
                parameters.text("primarySlotName"));
    }

    /** Empty texts stand for what is not given. */
    public static DemoteRequest demote(
            String host, String port, String restoreCommand, String primarySlotName) {
        return new DemoteRequest(
                given(host), given(port), given(restoreCommand), given(primarySlotName));
    }

    private static Optional<String> given(String text) {
        return Optional.ofNullable(text).filter(some -> !some.isBlank());
    }

    /** From when on decisions are asked for; the last hour if nothing is said. */
    public static Instant since(Parameters parameters, Instant now) throws Refused {
        if (parameters.instant("since").isPresent()
                && parameters.integer("sinceSeconds").isPresent())
            throw Refused.malformed(
                    "both \"since\" and \"sinceSeconds\" are given", "give one of them");
        return parameters
                .instant("since")
                .orElseGet(() ->
                        now.minus(
                                parameters
                                        .integer("sinceSeconds")
                                        .map(Duration::ofSeconds)
                                        .orElse(LAST_HOUR)));
    }

    public static Restoring.Wanted restore(Parameters parameters) throws Refused {
        boolean replacement = parameters.flag("replacement");
        String directory = parameters.text("directory").orElse("");
        if (directory.isEmpty() && !replacement)
            throw Refused.malformed(
                    "field \"directory\" is missing",
                    "name an empty directory of the node, or ask for a replacement");
        return new Restoring.Wanted(
                parameters.required("target"),
                parameters.text("timeline"),
                parameters.text("backup"),
                directory,
                parameters.text("tablespaces"),
                parameters.text("databases").map(Requests::names).orElse(List.of()),
                parameters.flag("delta"),
                replacement);
    }

    /** Separated by commas; what is only spaces is none. */
    private static List<String> names(String text) {
        return Arrays.stream(text.split(","))
                .map(String::strip)
                .filter(name -> !name.isEmpty())
                .toList();
    }

    public static long bundleId(String text) throws Refused {
        try {
            long id = Long.parseLong(text);
            if (id >= 0) return id;
        } catch (NumberFormatException e) {
            var refused = notAnId(text);
            refused.initCause(e);
            throw refused;
        }
        throw notAnId(text);
    }

    private static Refused notAnId(String text) {
        return Refused.malformed(
                "\"" + text + "\" is no bundle id", "GET /api/v1/bundles lists them");
    }
}
