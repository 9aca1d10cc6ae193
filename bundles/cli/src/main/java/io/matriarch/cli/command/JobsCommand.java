package io.matriarch.cli.command;

import io.matriarch.api.MatriarchException;
import io.matriarch.cli.core.Json;
import io.matriarch.cli.core.Table;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        name = "jobs",
        description = "Show, run or stop the schedules of which one member runs each.")
final class JobsCommand implements Callable<Integer> {
    private static final List<String> HEADINGS =
            List.of("Schedule", "Task", "Next", "State", "Member", "Due", "Ended", "What");

    private final Root root;

    @Mixin private MemberChoice choice = new MemberChoice();

    JobsCommand(Root root) {
        this.root = root;
    }

    @Override
    public Integer call() throws MatriarchException {
        return list();
    }

    @Command(name = "list", description = "Show when each comes due, and its newest run.")
    int list() throws MatriarchException {
        return root.show(() -> {
            var json = Json.object(read("/api/v1/jobs"));
            var rows = new ArrayList<List<@Nullable Object>>();
            for (var job : Json.objects(json.get("jobs"))) rows.add(row(job));
            return View.of(new Table("Jobs", HEADINGS, rows), json);
        });
    }

    private static List<@Nullable Object> row(Map<String, @Nullable Object> job) {
        var last = Json.object(job.get("last"));
        return Arrays.asList(
                job.get("schedule"),
                job.get("task"),
                job.get("next"),
                last.get("state"),
                last.get("member"),
                last.get("due"),
                last.get("ended"),
                last.get("text"));
    }

    @Command(name = "history", description = "Show how the runs of a schedule ended, newest first.")
    int history(@Parameters(paramLabel = "SCHEDULE") String schedule) throws MatriarchException {
        return root.show(() -> {
            var json = Json.object(read(path(schedule) + "/history"));
            var rows = new ArrayList<List<@Nullable Object>>();
            for (var run : Json.objects(json.get("runs")))
                rows.add(
                        Arrays.asList(
                                run.get("due"),
                                run.get("state"),
                                run.get("member"),
                                run.get("attempt"),
                                run.get("started"),
                                run.get("ended"),
                                run.get("text")));
            var headings = List.of("Due", "State", "Member", "Attempt", "Started", "Ended", "What");
            return View.of(new Table("Runs of " + schedule, headings, rows), json);
        });
    }

    private @Nullable Object read(String path) throws MatriarchException {
        var session = root.session();
        return session.read(session.localOr(choice.member), path);
    }

    private static String path(String schedule) {
        return "/api/v1/jobs/" + URLEncoder.encode(schedule, StandardCharsets.UTF_8);
    }

    @Command(name = "start", description = "Run a schedule now; its next time stays as it is.")
    int start(@Parameters(paramLabel = "SCHEDULE") String schedule) throws MatriarchException {
        return change(schedule, "start");
    }

    @Command(name = "stop", description = "Stop a run, on whatever member it is.")
    int stop(@Parameters(paramLabel = "SCHEDULE") String schedule) throws MatriarchException {
        return change(schedule, "stop");
    }

    private int change(String schedule, String what) throws MatriarchException {
        var session = root.session();
        var to = session.localOr(choice.member);
        if (what.equals("start") && root.dryRun()) return wouldStart(to, schedule);
        Confirmation.ask(
                root, "%s %s, asked of %s?".formatted(what, schedule, to.bases().getFirst()));
        root.say(
                session.change(
                        to,
                        what + " of " + schedule,
                        "POST",
                        path(schedule) + "/" + what,
                        null,
                        Duration.ofSeconds(30)));
        return 0;
    }

    /** The member judges it, and does nothing. */
    private int wouldStart(io.matriarch.cli.rest.Api to, String schedule)
            throws MatriarchException {
        return DryRun.ask(
                root,
                to,
                "jobs/" + URLEncoder.encode(schedule, StandardCharsets.UTF_8) + "/start",
                new LinkedHashMap<>());
    }
}
