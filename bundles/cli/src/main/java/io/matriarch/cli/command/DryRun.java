package io.matriarch.cli.command;

import io.matriarch.api.MatriarchException;
import io.matriarch.cli.core.Outcome;
import io.matriarch.cli.rest.Api;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Lets a member judge a request without doing it. */
final class DryRun {

    private DryRun() {}

    /**
     * Only {@code /api/v1} knows dry runs. To a member that does not know that path (Patroni: 501)
     * nothing else is sent.
     *
     * @param what {@code switchover} or {@code failover}
     */
    static int ask(Root root, Api to, String what, Map<String, @Nullable Object> body)
            throws MatriarchException {
        var json = new LinkedHashMap<>(body);
        json.put("dryRun", true);
        var answer =
                to.change(
                        "POST",
                        "/api/v1/" + what,
                        Documents.compactJson(json),
                        root.timeout(Session.SOON));
        if (answer.status() == 404 || answer.status() == 501) {
            root.say(
                    "%s does not know dry runs; would send POST /%s %s"
                            .formatted(answer.from(), what, Documents.compactJson(body)));
            return 0;
        }
        String text = Session.said(answer);
        Outcome.check(what + " (dry run)", answer.from().toString(), answer.status(), text);
        root.say("dry run: " + text);
        return 0;
    }
}
