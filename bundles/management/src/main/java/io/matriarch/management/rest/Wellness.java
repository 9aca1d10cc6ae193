package io.matriarch.management.rest;

import io.matriarch.management.core.Json;
import io.matriarch.management.core.Parameters;
import io.matriarch.management.core.Refused;
import io.matriarch.management.core.Tree;
import io.matriarch.monitor.api.Health;
import io.matriarch.monitor.api.Health.Aspect;
import io.matriarch.monitor.api.Health.Status;
import io.matriarch.monitor.api.Monitor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Whether this node is well; for one aspect also by the status of the answer: 503 is no. */
final class Wellness {
    private Wellness() {}

    static Handlers.Reply answer(Monitor monitor, Parameters in) throws Refused {
        var aspect = aspect(in.text("aspect"));
        var checks =
                monitor.health().stream()
                        .filter(check -> aspect.isEmpty() || aspect.get() == check.aspect())
                        .toList();
        var worst = worst(checks);
        var body = new LinkedHashMap<String, Object>();
        body.put("status", worst.name().toLowerCase(Locale.ROOT));
        body.put("checks", Tree.of(checks));
        boolean no = aspect.isPresent() && worst == Status.CRITICAL;
        return new Handlers.Reply(no ? 503 : 200, Json.text(body));
    }

    private static Status worst(List<Health> checks) {
        return checks.stream().map(Health::status).max(Status::compareTo).orElse(Status.OK);
    }

    private static Optional<Aspect> aspect(Optional<String> text) throws Refused {
        if (text.isEmpty()) return Optional.empty();
        for (var aspect : Aspect.values())
            if (aspect.name().equalsIgnoreCase(text.get())) return Optional.of(aspect);
        throw Refused.malformed(
                "there is no aspect \"" + text.get() + "\"",
                "expected one of " + Arrays.toString(Aspect.values()).toLowerCase(Locale.ROOT));
    }
}
