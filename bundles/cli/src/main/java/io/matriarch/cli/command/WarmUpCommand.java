package io.matriarch.cli.command;

import com.fasterxml.jackson.jr.ob.JSON;
import io.matriarch.cli.core.Cluster;
import io.matriarch.cli.core.Events;
import io.matriarch.cli.core.History;
import io.matriarch.cli.core.Json;
import io.matriarch.cli.core.MemberTable;
import io.matriarch.cli.rest.Http;
import io.matriarch.cli.rest.HttpException;
import io.matriarch.cli.settings.Settings;
import io.matriarch.cli.settings.SettingsReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;

/** Loads what most runs load, so that an AOT cache made of this run serves them. */
@Command(
        name = "warm-up",
        hidden = true,
        description = "For making the AOT cache: uses all parts once.")
final class WarmUpCommand implements Callable<Integer> {

    private static final String CLUSTER =
            """
            {"scope":"warm-up","members":[
             {"name":"a","role":"leader","state":"running","api_url":"http://127.0.0.1:1/patroni",
              "host":"127.0.0.1","port":5432,"timeline":1,"tags":{"zone":"z"}},
             {"name":"b","role":"replica","state":"streaming","host":"127.0.0.1","port":5433,
              "timeline":1,"lag":0,"lsn":"0/4000060","receive_lag":0,"receive_lsn":"0/4000060",
              "replay_lag":0,"replay_lsn":"0/4000060"}]}
            """;

    private static final String DECISIONS =
            """
            [{"sequence":1,"at":"2026-01-01T00:00:00Z","member":"a","decision":"Wait",
              "reason":"warm-up","facts":"","repeated":2,"lastAt":"2026-01-01T00:00:01Z"}]
            """;

    private final Root root;

    WarmUpCommand(Root root) {
        this.root = root;
    }

    @Override
    public Integer call() throws Exception {
        var settings = settings();
        var json = Json.object(parse(exchange(settings)));
        var cluster = Cluster.of(json, "7711168805385076805");
        var table = MemberTable.of(cluster);
        var out = root.surroundings().out();
        out.print(table.render());
        out.print(MemberTable.topology(cluster).render());
        out.print(Documents.json(table.objects()));
        out.print(Documents.yaml(table.objects()));
        var events = Events.merge(List.of(Events.read(parse(DECISIONS), "a")), Instant.EPOCH);
        out.print(Events.table(events, ZoneOffset.UTC, true).render());
        out.print(History.table(parse("[[1,67108960,\"warm-up\"]]")).render());
        out.println(VersionCommand.own() + " " + Commands.names());
        return 0;
    }

    private static @Nullable Object parse(String json) throws IOException {
        return JSON.std.anyFrom(json);
    }

    private static Settings settings() throws Exception {
        Path file = Files.createTempFile("matriarchctl", ".yml");
        try {
            Files.writeString(file, "restapi:\n  connect_address: 127.0.0.1:1\n  listen: '*:1'\n");
            return SettingsReader.read(Optional.of(file), Map.of());
        } finally {
            Files.delete(file);
        }
    }

    /** One request to ourselves: every class of an exchange is loaded by it. */
    private static String exchange(Settings settings) throws IOException, InterruptedException {
        try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var answering = Thread.ofPlatform().daemon().start(() -> answer(server));
            var base = URI.create("http://127.0.0.1:" + server.getLocalPort());
            var http = new Http(settings);
            var answer = http.exchange(base, "GET", "/cluster", null, Duration.ofSeconds(10));
            answering.join();
            refused(http);
            return answer.body();
        }
    }

    private static void answer(ServerSocket server) {
        try (var socket = server.accept()) {
            String head = "HTTP/1.0 200 OK\r\nContent-Length: " + CLUSTER.length() + "\r\n\r\n";
            socket.getOutputStream()
                    .write((head + CLUSTER).getBytes(java.nio.charset.StandardCharsets.UTF_8));
            socket.getOutputStream().flush();
            // closing with unread bytes resets the connection: read the request first
            socket.shutdownOutput();
            socket.getInputStream().readAllBytes();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static void refused(Http http) {
        try {
            http.exchange(
                    URI.create("http://127.0.0.1:1"), "GET", "/", null, Duration.ofSeconds(1));
        } catch (HttpException e) {
            // wanted: the classes of a failure are loaded now, and port 1 is nobody's
            return;
        }
    }
}
