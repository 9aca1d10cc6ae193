package io.matriarch.management.jmx;

import io.matriarch.failover.api.Answer;
import io.matriarch.management.core.Parameters;
import io.matriarch.management.core.Refused;
import io.matriarch.management.core.Route;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How MXBeans call: parameters checked as in REST, refusals as values, absence as an exception. */
final class Calls {
    private Calls() {}

    /** Something that may be refused. */
    @FunctionalInterface
    interface Call<T> {
        T run() throws Refused;
    }

    /**
     * For attributes: a console shows it as unavailable, with this text.
     *
     * @throws IllegalStateException a class of the JDK, so that any client can read it
     */
    static <T> T get(Call<T> call) {
        try {
            return call.run();
        } catch (Refused e) {
            throw new IllegalStateException(e.getMessage());
        }
    }

    static Views.Outcome perform(Call<Answer> call) {
        try {
            return Views.Outcome.of(call.run());
        } catch (Refused e) {
            return Views.Outcome.of(e);
        }
    }

    static Instant instant(String time) throws Refused {
        try {
            return OffsetDateTime.parse(time).toInstant();
        } catch (DateTimeException e) {
            var refused =
                    Refused.malformed(
                            "\"" + time + "\" is no time with its zone",
                            "write it like 2026-11-25T02:30:00Z");
            refused.initCause(e);
            throw refused;
        }
    }

    /** Names and values in turn; a client may send null for what it does not give. */
    static Map<String, Object> named(@Nullable Object... namesAndValues) {
        var named = new HashMap<String, Object>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            Object value = namesAndValues[i + 1];
            if (value != null) named.put(String.valueOf(namesAndValues[i]), value);
        }
        return named;
    }

    /** Consoles cannot leave a parameter out: empty texts and zeros mean "not given" too. */
    static Parameters parameters(Route route, Map<String, Object> given) throws Refused {
        var raw = new HashMap<>(given);
        raw.values()
                .removeIf(value ->
                        value instanceof String text && text.isBlank()
                                || value instanceof Long number && number == 0);
        return Parameters.of(route.fields(), raw);
    }
}
