package io.matriarch.cli.command;

import io.matriarch.api.Code;
import io.matriarch.api.MatriarchException;
import io.matriarch.cli.core.Cluster;
import io.matriarch.cli.core.Json;
import io.matriarch.cli.core.Member;
import io.matriarch.cli.core.Outcome;
import io.matriarch.cli.rest.Api;
import io.matriarch.cli.rest.Http;
import io.matriarch.cli.rest.HttpAnswer;
import io.matriarch.cli.settings.Settings;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One cluster, as the options name it. */
final class Session {

    /** Of reading requests. */
    static final Duration SOON = Duration.ofSeconds(10);

    private final Root root;
    private final Settings settings;
    private final Api api;

    Session(Root root, Settings settings) {
        this.root = root;
        this.settings = settings;
        this.api = new Api(new Http(settings), settings.urls());
    }

    Settings settings() {
        return settings;
    }

    Api api() {
        return api;
    }

    /** The node this command is told of first: as a rule the one it runs on. */
    Api local() {
        return api.only(settings.urls().getFirst());
    }

    /**
     * @throws MatriarchException {@link Code#REFUSED} if the member publishes no address
     */
    Api at(Member member) throws MatriarchException {
        return api.only(base(member));
    }

    /** The local node, or the member named. */
    Api localOr(@Nullable String member) throws MatriarchException {
        return member == null ? local() : at(cluster().member(member));
    }

    /**
     * What every member knows: from the local node, or if it does not answer from the next one
     * named by {@code --url}; from nobody but the member named here, if one is.
     */
    Api anyOr(@Nullable String member) throws MatriarchException {
        return member == null ? api : at(cluster().member(member));
    }

    static URI base(Member member) throws MatriarchException {
        if (member.apiUrl().isEmpty())
            throw new MatriarchException(
                    Code.REFUSED,
                    "member " + member.name() + " publishes no REST address",
                    "it is starting or of a foreign kind; name it by --url");
        return Settings.base(member.apiUrl(), "api_url of " + member.name());
    }

    /** Any member can take the request; the one named here is asked first. */
    Api preferring(List<Member> first) throws MatriarchException {
        var bases = new java.util.ArrayList<URI>();
        for (var member : first) if (!member.apiUrl().isEmpty()) bases.add(base(member));
        return api.preferring(bases);
    }

    /**
     * Reads JSON.
     *
     * @throws MatriarchException also if the answer is not a good one
     */
    @Nullable Object read(Api from, String path) throws MatriarchException {
        var answer = from.get(path, root.timeout(SOON));
        Outcome.check("GET " + path, answer.from().toString(), answer.status(), answer.body());
        return Api.json(answer);
    }

    Cluster cluster() throws MatriarchException {
        var answer = api.get("/cluster", root.timeout(SOON));
        Outcome.check("GET /cluster", answer.from().toString(), answer.status(), answer.body());
        var json = Json.object(Api.json(answer));
        return Cluster.of(json, systemId(answer.from()));
    }

    /** {@code /cluster} does not tell it; our own path does, and of Patroni the node's status. */
    private String systemId(URI member) throws MatriarchException {
        String id = systemId(member, "/api/v1/cluster", "systemId");
        return id.isEmpty() ? systemId(member, "/patroni", "database_system_identifier") : id;
    }

    private String systemId(URI member, String path, String key) throws MatriarchException {
        HttpAnswer answer = api.only(member).get(path, root.timeout(SOON));
        if (!answer.ok() || !answer.body().stripLeading().startsWith("{")) return "";
        return Json.text(Json.object(Api.json(answer)), key);
    }

    /** The dynamic configuration. */
    Map<String, @Nullable Object> config() throws MatriarchException {
        return Json.object(read(api, "/config"));
    }

    /**
     * Sends a changing request, unless this is a dry run; then it only says so.
     *
     * @param what names it in messages
     * @param standard time to wait
     * @return what the member said; in a dry run what would be sent
     * @throws MatriarchException unless the answer is a good one
     */
    String change(
            Api to,
            String what,
            String method,
            String path,
            @Nullable Object body,
            Duration standard)
            throws MatriarchException {
        root.refuseWatch();
        String json = body == null ? null : Documents.compactJson(body);
        if (root.dryRun())
            return "would send %s %s%s%s"
                    .formatted(method, to.bases().getFirst(), path, json == null ? "" : " " + json);
        var answer = to.change(method, path, json, root.timeout(standard));
        String text = said(answer);
        Outcome.check(what, answer.from().toString(), answer.status(), text);
        return text;
    }

    /** Patroni's paths answer in text, ours in an object with a text. */
    static String said(HttpAnswer answer) throws MatriarchException {
        if (!answer.body().stripLeading().startsWith("{")) return answer.body().strip();
        var json = Json.object(Api.json(answer));
        if (!json.containsKey("text")) return answer.body().strip();
        String hint = Json.text(json, "hint");
        return Json.text(json, "text") + (hint.isEmpty() ? "" : "; " + hint);
    }
}
