package io.matriarch.cli.command;

import io.matriarch.api.MatriarchException;
import io.matriarch.cli.core.Json;
import io.matriarch.cli.core.Table;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(name = "store", description = "Show the store (etcd) as a member sees it.")
final class StoreCommand implements Callable<Integer> {

    private final Root root;

    @Mixin private MemberChoice choice = new MemberChoice();

    StoreCommand(Root root) {
        this.root = root;
    }

    @Override
    public Integer call() throws MatriarchException {
        return root.show(() -> {
            var session = root.session();
            var json = Json.object(session.read(session.localOr(choice.member), "/api/v1/store"));
            String id = Json.text(json, "clusterId");
            String title = "Store" + (id.isEmpty() ? "" : ": " + id);
            return View.of(Table.ofObjects(title, Json.objects(json.get("endpoints"))), json);
        });
    }
}
