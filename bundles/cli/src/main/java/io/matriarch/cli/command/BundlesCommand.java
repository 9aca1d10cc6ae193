package io.matriarch.cli.command;

import io.matriarch.api.Code;
import io.matriarch.api.MatriarchException;
import io.matriarch.cli.core.Json;
import io.matriarch.cli.core.Table;
import io.matriarch.cli.rest.Api;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(name = "bundles", description = "Show or update the bundles a member is made of.")
final class BundlesCommand implements Callable<Integer> {

    private final Root root;

    @Mixin private MemberChoice choice = new MemberChoice();

    BundlesCommand(Root root) {
        this.root = root;
    }

    @Override
    public Integer call() throws MatriarchException {
        return list();
    }

    @Command(name = "list", description = "Show the bundles, their versions and states.")
    int list() throws MatriarchException {
        return root.show(() -> {
            var session = root.session();
            Object json = session.read(session.localOr(choice.member), "/api/v1/bundles");
            Object bundles = Json.object(json).getOrDefault("bundles", json);
            return View.of(Table.ofObjects("Bundles", Json.objects(bundles)), json);
        });
    }

    @Command(name = "update", description = "Update one bundle while the node keeps serving.")
    int update(
            @Parameters(paramLabel = "ID", description = "Number or name, as list shows them.")
                    String id,
            @Parameters(
                            arity = "0..1",
                            paramLabel = "LOCATION",
                            description =
                                    "URL of the new jar, as the member sees it (default: where it came from).")
                    @Nullable String location)
            throws MatriarchException {
        var session = root.session();
        var to = session.localOr(choice.member);
        Confirmation.ask(root, "Update bundle %s of %s?".formatted(id, to.bases().getFirst()));
        var body = new LinkedHashMap<String, Object>();
        if (location != null) body.put("location", location);
        String path = "/api/v1/bundles/%s/update".formatted(number(to, id));
        root.say(session.change(to, "update of " + id, "POST", path, body, Duration.ofMinutes(1)));
        return 0;
    }

    /** The number of a bundle; a name is looked up in the member's list. */
    private String number(Api member, String id) throws MatriarchException {
        if (id.matches("\\d{1,18}")) return id;
        Object json = root.session().read(member, "/api/v1/bundles");
        var bundles = Json.objects(Json.object(json).getOrDefault("bundles", json));
        for (var bundle : bundles)
            if (Json.text(bundle, "name").equals(id)) return Json.text(bundle, "id");
        throw new MatriarchException(
                Code.USAGE,
                "%s has no bundle \"%s\"".formatted(member.bases().getFirst(), id),
                "its bundles are: "
                        + String.join(
                                ", ", bundles.stream().map(b -> Json.text(b, "name")).toList()));
    }
}
