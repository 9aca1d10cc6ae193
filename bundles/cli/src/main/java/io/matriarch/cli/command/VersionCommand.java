package io.matriarch.cli.command;

import io.matriarch.api.Code;
import io.matriarch.api.MatriarchException;
import io.matriarch.cli.core.Json;
import io.matriarch.cli.core.Member;
import io.matriarch.cli.core.Table;
import io.matriarch.cli.rest.Api;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "version", description = "Show the version of this command and of the members.")
final class VersionCommand implements Callable<Integer> {

    private final Root root;

    @Option(names = "--local", description = "Only of this command; ask no member.")
    private boolean local;

    VersionCommand(Root root) {
        this.root = root;
    }

    @Override
    public Integer call() throws MatriarchException {
        String own = own();
        if (local)
            return root.show(() ->
                    new View(() -> "matriarchctl " + own + "\n", Map.of("matriarchctl", own)));
        return root.show(() -> members(own));
    }

    static String own() throws MatriarchException {
        var properties = new Properties();
        try (var in = Root.class.getResourceAsStream("/io/matriarch/cli/version.properties")) {
            if (in != null) properties.load(in);
        } catch (IOException e) {
            throw new MatriarchException(
                    Code.INTERNAL,
                    "our own version cannot be read",
                    "the installation is damaged",
                    e);
        }
        return properties.getProperty("version", "unknown");
    }

    private View members(String own) throws MatriarchException {
        var rows =
                Fanout.each(
                        root.session().cluster().members(),
                        this::row,
                        (member, why) -> root.warn(member.name() + ": " + why));
        var table = new Table("", List.of("Member", "Agent", "PostgreSQL"), new ArrayList<>(rows));
        var data = new LinkedHashMap<String, Object>();
        data.put("matriarchctl", own);
        data.put("members", table.objects());
        return new View(() -> "matriarchctl " + own + "\n" + table.render(), data);
    }

    private List<@Nullable Object> row(Member member) throws MatriarchException {
        var session = root.session();
        var json = Json.object(session.read(session.at(member), "/patroni"));
        String patroni = "Patroni " + Json.text(Json.object(json.get("patroni")), "version");
        String ours = matriarch(session, member);
        var row = new ArrayList<@Nullable Object>();
        row.add(member.name());
        row.add(ours.isEmpty() ? patroni : "Matriarch %s (as %s)".formatted(ours, patroni));
        row.add(Json.number(json, "server_version").map(VersionCommand::postgres).orElse(""));
        return row;
    }

    /** Empty if it is Patroni's, which takes any path it does not know for a health check. */
    private static String matriarch(Session session, Member member) throws MatriarchException {
        var answer = session.at(member).get("/api/v1/node", Session.SOON);
        return answer.ok() ? Json.text(Json.object(Api.json(answer)), "version") : "";
    }

    /** 170011 is 17.11; before 10 there were three parts, of which we know no server. */
    private static String postgres(long number) {
        return number / 10000 + "." + number % 10000;
    }
}
