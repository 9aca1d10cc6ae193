package io.matriarch.cli.command;

import io.matriarch.api.MatriarchException;
import io.matriarch.cli.core.Json;
import io.matriarch.cli.core.Table;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        name = "diverged-wal",
        description = "Show or remove WAL that only one member had, kept before it was discarded.")
final class DivergedWalCommand implements Callable<Integer> {
    private static final String PATH = "/api/v1/diverged-wal";

    private final Root root;

    @Mixin private MemberChoice choice = new MemberChoice();

    DivergedWalCommand(Root root) {
        this.root = root;
    }

    @Override
    public Integer call() throws MatriarchException {
        return list();
    }

    @Command(name = "list", description = "Show what is kept, the latest first.")
    int list() throws MatriarchException {
        return root.show(() -> {
            var session = root.session();
            var json = Json.object(session.read(session.localOr(choice.member), PATH));
            var rows = new ArrayList<List<@Nullable Object>>();
            for (var kept : Json.objects(json.get("divergedWal")))
                rows.add(
                        Arrays.asList(
                                kept.get("id"),
                                kept.get("commits"),
                                AlertIds.second(kept, "firstCommit"),
                                AlertIds.second(kept, "lastCommit"),
                                kept.get("from"),
                                kept.get("leader"),
                                kept.get("directory"),
                                kept.get("trouble")));
            var headings =
                    List.of("Id", "Commits", "First", "Last", "From", "Leader", "Where", "Missing");
            return View.of(new Table("Diverged WAL", headings, rows), json);
        });
    }

    @Command(name = "remove", description = "Remove what was kept; it is in no backup.")
    int remove(@Parameters(paramLabel = "ID") String id) throws MatriarchException {
        Confirmation.ask(root, "Remove diverged WAL " + id + "? Nothing else has it.");
        var path = PATH + "/" + URLEncoder.encode(id, StandardCharsets.UTF_8);
        root.say(
                AlertIds.change(
                        root,
                        root.session().localOr(choice.member),
                        "removal of " + id,
                        "DELETE",
                        path,
                        new LinkedHashMap<>(),
                        Session.SOON));
        return 0;
    }
}
