package io.matriarch.cli.command;

import io.matriarch.api.Code;
import io.matriarch.api.MatriarchException;
import io.matriarch.cli.core.Json;
import io.matriarch.cli.core.Outcome;
import io.matriarch.cli.rest.Api;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A run of one of the cluster's tasks that somebody asks for, and follows if he likes. */
final class AskedRun {
    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

    private final Root root;
    private final Api to;
    private final Code failure;

    /**
     * @param to who is asked
     * @param failure exit status if the run fails
     */
    AskedRun(Root root, Api to, Code failure) {
        this.root = root;
        this.to = to;
        this.failure = failure;
    }

    /**
     * Asks; under {@code --watch} returns when it is over.
     *
     * @param what in messages, such as {@code backup}
     * @param path below {@code /api/v1/}
     */
    int ask(String what, String path, Map<String, @Nullable Object> body)
            throws MatriarchException {
        if (root.dryRun()) return DryRun.ask(root, to, path, body);
        var answer =
                to.change(
                        "POST",
                        "/api/v1/" + path,
                        Documents.compactJson(body),
                        root.timeout(Session.SOON));
        Outcome.check(what, answer.from().toString(), answer.status(), Session.said(answer));
        var wish = Json.object(Api.json(answer));
        root.say(Json.text(wish, "text"));
        if (!root.watches()) {
            root.say("where it stands: matriarchctl jobs");
            if (root.machineReadable()) root.print(new View(() -> "", wish));
            return 0;
        }
        return follow(Json.text(wish, "schedule"), Json.text(wish, "due"));
    }

    private int follow(String schedule, String due) throws MatriarchException {
        var line = new ProgressLine(root.surroundings());
        do {
            var run = find(schedule, due);
            if (run.isEmpty()) continue;
            String state = Json.text(run.get(), "state");
            String text = Json.text(run.get(), "text");
            if (!state.equals("running")) {
                line.end();
                return ended(run.get(), state, text);
            }
            line.show(run.get());
        } while (root.pause(LOOK_EVERY));
        line.end();
        throw new MatriarchException(
                Code.UNKNOWN_OUTCOME,
                schedule + " is not over yet",
                "it goes on without us; look with: matriarchctl jobs");
    }

    /** The run that stands for that time, running or ended. */
    private Optional<Map<String, @Nullable Object>> find(String schedule, String due)
            throws MatriarchException {
        var session = root.session();
        for (var job : Json.objects(Json.object(session.read(to, "/api/v1/jobs")).get("jobs"))) {
            var last = Json.object(job.get("last"));
            if (Json.text(job, "schedule").equals(schedule) && Json.text(last, "due").equals(due))
                return Optional.of(last);
        }
        String name = URLEncoder.encode(schedule, StandardCharsets.UTF_8);
        var history = Json.object(session.read(to, "/api/v1/jobs/" + name + "/history"));
        return Json.objects(history.get("runs")).stream()
                .filter(run -> Json.text(run, "due").equals(due))
                .findFirst();
    }

    private int ended(Map<String, @Nullable Object> run, String state, String text)
            throws MatriarchException {
        if (root.machineReadable()) root.print(new View(() -> "", run));
        if (state.equals("done")) {
            root.say(text);
            return 0;
        }
        String member = Json.text(run, "member");
        throw new MatriarchException(
                state.equals("failed") ? failure : Code.REFUSED,
                "%s%s: %s".formatted(state, member.isEmpty() ? "" : " on " + member, text),
                "its log has more; earlier runs: matriarchctl jobs history "
                        + Json.text(run, "schedule"));
    }
}
