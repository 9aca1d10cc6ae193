package io.matriarch.cli.command;

import io.matriarch.api.MatriarchException;
import io.matriarch.cli.core.Psql;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "dsn",
        description = "Print where libpq finds PostgreSQL: of the primary, a replica, or a member.")
final class DsnCommand implements Callable<Integer> {

    private final Root root;
    @Mixin private ServerChoice choice = new ServerChoice();

    DsnCommand(Root root) {
        this.root = root;
    }

    @Override
    public Integer call() throws MatriarchException {
        return root.show(() -> {
            var member = choice.of(root.session().cluster());
            return new View(
                    () -> Psql.dsn(member) + "\n",
                    Map.of("member", member.name(), "host", member.host(), "port", member.port()));
        });
    }
}
