package io.matriarch.cli.command;

import io.matriarch.api.MatriarchException;
import io.matriarch.cli.core.Json;
import io.matriarch.cli.core.Table;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "store", description = "Show the store (etcd) as a member sees it.")
final class StoreCommand implements Callable<Integer> {

    private final Root root;

    @Option(
            names = {"-m", "--member"},
            paramLabel = "MEMBER",
            description = "Whose view (default: the node the configuration file is of).")
    private @Nullable String member;

    StoreCommand(Root root) {
        this.root = root;
    }

    @Override
    public Integer call() throws MatriarchException {
        return root.show(() -> {
            var session = root.session();
            var json = Json.object(session.read(session.localOr(member), "/api/v1/store"));
            String id = Json.text(json, "clusterId");
            String title = "Store" + (id.isEmpty() ? "" : ": " + id);
            return View.of(Table.ofObjects(title, Json.objects(json.get("endpoints"))), json);
        });
    }
}
