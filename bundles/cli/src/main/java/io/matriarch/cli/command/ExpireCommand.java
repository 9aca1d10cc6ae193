package io.matriarch.cli.command;

import io.matriarch.api.Code;
import io.matriarch.api.MatriarchException;
import io.matriarch.cli.core.ExpiryView;
import io.matriarch.cli.core.Json;
import java.util.LinkedHashMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "expire",
        description =
                "Show what the retention would remove, and remove it; --dry-run only shows. Every"
                        + " backup ends with it anyway.")
final class ExpireCommand implements Callable<Integer> {
    private final Root root;

    @Mixin private MemberChoice choice = new MemberChoice();

    ExpireCommand(Root root) {
        this.root = root;
    }

    @Override
    public Integer call() throws MatriarchException {
        var session = root.session();
        var to = session.localOr(choice.member);
        var plan = Json.object(session.read(to, "/api/v1/backup/expiry"));
        var view = View.of(ExpiryView.table(plan), plan);
        if (root.dryRun()) {
            root.print(view);
            return 0;
        }
        if (!root.machineReadable()) root.print(view);
        if (!ExpiryView.removesAnything(plan)) {
            root.say("nothing expires");
            return 0;
        }
        Confirmation.ask(root, "Remove it for ever?");
        return new AskedRun(root, to, Code.REPOSITORY)
                .ask("expire", "backup/expire", new LinkedHashMap<>());
    }
}
