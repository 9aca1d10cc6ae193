package io.matriarch.cli.command;

import io.matriarch.api.Code;
import io.matriarch.api.MatriarchException;
import io.matriarch.cli.core.Json;
import io.matriarch.cli.core.Outcome;
import io.matriarch.cli.core.RestoreView;
import io.matriarch.cli.rest.Api;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "restore",
        description =
                "Restore to a directory of a member's node, or the whole cluster. Shows the plan,"
                        + " asks, restores; --dry-run ends with the plan, --watch with the"
                        + " restore.")
final class RestoreCommand implements Callable<Integer> {
    /** A plan reads what the repository holds. */
    private static final Duration PLANNING = Duration.ofMinutes(2);

    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

    private final Root root;

    @Option(
            names = "--target",
            paramLabel = "TARGET",
            description =
                    "latest (the default), immediate, an instant with its zone such as"
                            + " 2026-11-30T02:00:00Z, lsn=0/3000060, xid=741 or name=POINT.")
    private String target = "latest";

    @Option(
            names = "--to",
            paramLabel = "DIR",
            description = "Directory on the member's node; empty or absent, and not its own.")
    private @Nullable Path directory;

    @Option(
            names = "--tablespaces-to",
            paramLabel = "DIR",
            description = "Each tablespace gets a directory of its name there.")
    private @Nullable Path tablespaces;

    @Option(
            names = "--timeline",
            paramLabel = "TIMELINE",
            description = "latest (the default), current (the backup's own) or a number.")
    private @Nullable String timeline;

    @Option(
            names = "--backup",
            paramLabel = "LABEL",
            description = "The backup (default: the newest that leads to the target).")
    private @Nullable String backup;

    @Option(
            names = "--database",
            paramLabel = "NAME",
            description =
                    "Only this database, postgres and the templates; several by several of it. The"
                            + " others have to be dropped from what is restored.")
    private List<String> databases = List.of();

    @Option(
            names = "--delta",
            description =
                    "A stopped cluster of the same system id, or an unfinished restore, may be"
                            + " there; files that are right stay.")
    private boolean delta;

    @Option(
            names = "--replace-cluster",
            description =
                    "The whole cluster goes back to the target: restored and recovered beside the"
                            + " leader's data directory, then put in its place; the others are"
                            + " rewound or cloned anew. The old directory is kept.")
    private boolean replaceCluster;

    @Option(
            names = "--restored",
            description =
                    "With --replace-cluster: what an earlier run of it has restored takes the"
                            + " place.")
    private boolean restored;

    @Option(
            names = "--cancel-replacement",
            description = "Take a replacement back as long as the old data is in place.")
    private boolean cancelReplacement;

    @Option(
            names = "--member-lost",
            description =
                    "With --cancel-replacement: also if the member that carries it out is lost,"
                            + " and with it what it wrote since.")
    private boolean memberLost;

    @Mixin private MemberChoice choice = new MemberChoice();

    RestoreCommand(Root root) {
        this.root = root;
    }

    @Override
    public Integer call() throws MatriarchException {
        if (cancelReplacement || replaceCluster) return new ClusterReplacement(root).run(this);
        if (directory == null)
            throw new MatriarchException(
                    Code.USAGE,
                    "neither --to nor --replace-cluster is given",
                    "name an empty directory of the node by --to DIR");
        var to = root.session().localOr(choice.member);
        var plan = Json.object(send(to, true).get("plan"));
        var view = View.of(RestoreView.plan(plan), plan);
        if (root.dryRun()) {
            root.print(view);
            return 0;
        }
        if (!root.machineReadable()) root.print(view);
        Confirmation.ask(
                root,
                "Restore to %s on the node of %s?".formatted(directory, to.bases().getFirst()));
        var begun = send(to, false);
        root.say(Json.text(begun, "text"));
        if (root.watches()) return follow(to, Json.text(begun, "job"));
        if (root.machineReadable()) root.print(new View(() -> "", begun));
        return 0;
    }

    /** Asks for the plan, or begins. */
    Map<String, @Nullable Object> send(Api to, boolean dryRun) throws MatriarchException {
        var body = new LinkedHashMap<String, @Nullable Object>();
        body.put("target", target);
        if (directory != null) body.put("directory", directory.toString());
        if (replaceCluster) body.put("replacement", true);
        if (timeline != null) body.put("timeline", timeline);
        if (backup != null) body.put("backup", backup);
        if (tablespaces != null) body.put("tablespaces", tablespaces.toString());
        if (!databases.isEmpty()) body.put("databases", String.join(",", named()));
        body.put("delta", delta);
        body.put("dryRun", dryRun);
        var answer =
                to.change(
                        "POST",
                        "/api/v1/restores",
                        Documents.compactJson(body),
                        root.timeout(PLANNING));
        Outcome.check("restore", answer.from().toString(), answer.status(), Session.said(answer));
        return Json.object(Api.json(answer));
    }

    private List<String> named() throws MatriarchException {
        for (String name : databases)
            if (name.contains(",") || name.isBlank())
                throw new MatriarchException(
                        Code.USAGE,
                        "--database: \"" + name + "\" cannot be asked for",
                        "a name has no comma here, and one option names one database");
        return databases;
    }

    boolean cancels() {
        return cancelReplacement;
    }

    boolean memberLost() {
        return memberLost;
    }

    boolean isRestored() {
        return restored;
    }

    String target() {
        return target;
    }

    /** Until it is over. */
    int follow(Api to, String id) throws MatriarchException {
        var line = new ProgressLine(root.surroundings());
        do {
            var restore = find(to, id);
            String state = Json.text(restore, "state");
            String text = Json.text(restore, "text");
            if (state.equals("running")) {
                line.show(restore);
                continue;
            }
            line.end();
            if (root.machineReadable()) root.print(new View(() -> "", restore));
            if (!state.equals("done"))
                throw new MatriarchException(
                        Code.RESTORE,
                        state + ": " + text,
                        "what is there can be restored over: --delta");
            root.say(text);
            return 0;
        } while (root.pause(LOOK_EVERY));
        line.end();
        throw new MatriarchException(
                Code.UNKNOWN_OUTCOME,
                "restore " + id + " is not over yet",
                "it goes on without us; GET /api/v1/restores tells where it stands");
    }

    private Map<String, @Nullable Object> find(Api to, String id) throws MatriarchException {
        var all = Json.object(root.session().read(to, "/api/v1/restores"));
        for (var restore : Json.objects(all.get("restores")))
            if (Json.text(restore, "id").equals(id)) return restore;
        throw new MatriarchException(
                Code.UNKNOWN_OUTCOME,
                "the member knows no restore " + id,
                "its agent was started anew; restore again with --delta");
    }
}
