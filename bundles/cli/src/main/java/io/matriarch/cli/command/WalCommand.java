package io.matriarch.cli.command;

import io.matriarch.api.MatriarchException;
import io.matriarch.cli.core.Json;
import io.matriarch.cli.core.WalView;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "wal", description = "Show what the WAL archive does, or look for what is missing.")
final class WalCommand implements Callable<Integer> {
    private final Root root;

    @Mixin private MemberChoice choice = new MemberChoice();

    WalCommand(Root root) {
        this.root = root;
    }

    @Override
    public Integer call() throws MatriarchException {
        return status();
    }

    @Command(name = "status", description = "Show what waits, and how far each repository is.")
    int status() throws MatriarchException {
        return root.show(() -> {
            var session = root.session();
            var json = Json.object(session.read(session.localOr(choice.member), "/api/v1/wal"));
            return View.of(WalView.table(json), json);
        });
    }

    @Command(
            name = "check",
            description = "Compare every archive with what restores need; status tells the result.")
    int check(
            @Option(
                            names = "--heal",
                            description =
                                    "Store what is missing, where a member or repository has it.")
                    boolean heal)
            throws MatriarchException {
        var session = root.session();
        var to = session.localOr(choice.member);
        root.say(
                session.change(
                        to,
                        "check of the WAL archive",
                        "POST",
                        "/api/v1/wal/check",
                        Map.of("heal", heal),
                        Duration.ofSeconds(30)));
        return 0;
    }
}
