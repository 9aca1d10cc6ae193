package io.matriarch.management.core;

import static io.matriarch.management.core.Field.flag;
import static io.matriarch.management.core.Field.instant;
import static io.matriarch.management.core.Field.integer;
import static io.matriarch.management.core.Field.text;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Every request {@code /api/v1} knows. {@code openapi.json} is tested against this table. */
public enum Route {
    NODE("GET", "/node"),
    WHOAMI("GET", "/whoami"),
    STREAM("GET", "/stream"),
    CLUSTER("GET", "/cluster"),
    DECISIONS("GET", "/decisions", instant("since"), integer("sinceSeconds", 1, 604_800)),
    STORE("GET", "/store"),
    BUNDLES("GET", "/bundles"),
    SCHEDULES("GET", "/schedules"),
    EVENTS("GET", "/events", instant("since"), integer("sinceSeconds", 1, 31_536_000)),
    REPLICATION("GET", "/replication"),
    SESSIONS("GET", "/sessions"),
    HEALTH("GET", "/health", text("aspect")),
    SERIES("GET", "/series"),
    SERIES_VALUES(
            "GET",
            "/series/values",
            text("names").must(),
            instant("since"),
            integer("sinceSeconds", 1, 7_776_000),
            instant("until"),
            integer("points", 1, 2_000)),
    JOBS("GET", "/jobs"),
    JOB_HISTORY("GET", "/jobs/{schedule}/history"),
    BACKUPS("GET", "/backups"),
    BACKUP_EXPIRY("GET", "/backup/expiry"),
    RESTORES("GET", "/restores"),
    WAL("GET", "/wal"),
    DIVERGED_WAL("GET", "/diverged-wal"),
    ALERTS("GET", "/alerts"),
    ALERT_HISTORY(
            "GET", "/alerts/history", instant("since"), integer("sinceSeconds", 1, 31_536_000)),
    ALERT_RULES("GET", "/alerts/rules", text("format")),
    SILENCES("GET", "/silences"),
    AUDIT("GET", "/audit", instant("since"), integer("sinceSeconds", 1, 31_536_000)),
    OPENAPI("GET", "/openapi.json"),
    SWITCHOVER(
            "POST",
            "/switchover",
            text("leader").must(),
            text("candidate"),
            instant("at"),
            flag("dryRun")),
    CANCEL_SWITCHOVER("DELETE", "/switchover"),
    FAILOVER("POST", "/failover", text("candidate").must(), flag("dryRun")),
    PROMOTE_CLUSTER("POST", "/promote-cluster", flag("dryRun")),
    DEMOTE_CLUSTER(
            "POST",
            "/demote-cluster",
            text("host"),
            text("port"),
            text("restoreCommand"),
            text("primarySlotName"),
            flag("dryRun")),
    RESTART(
            "POST",
            "/restart",
            instant("at"),
            text("role"),
            text("olderThan"),
            flag("onlyIfPending"),
            integer("timeoutSeconds", 1, 86_400)),
    CANCEL_RESTART("DELETE", "/restart"),
    REINITIALIZE("POST", "/reinitialize", flag("force"), flag("fromLeader")),
    REPLACE_DATA("POST", "/replacement", text("directory"), flag("dryRun")),
    CANCEL_REPLACEMENT("DELETE", "/replacement", flag("force")),
    RELOAD("POST", "/reload"),
    PAUSE("POST", "/pause"),
    RESUME("POST", "/resume"),
    PREPARE_RESTART("POST", "/prepare-restart", integer("seconds", 5, 600)),
    SHUTDOWN("POST", "/shutdown"),
    JOB_START("POST", "/jobs/{schedule}/start", flag("dryRun")),
    JOB_STOP("POST", "/jobs/{schedule}/stop"),
    BACKUP("POST", "/backup", text("type"), flag("dryRun")),
    BACKUP_VERIFY("POST", "/backup/verify", flag("dryRun")),
    BACKUP_EXPIRE("POST", "/backup/expire", flag("dryRun")),
    BACKUP_DRILL("POST", "/backup/drill", flag("dryRun")),
    RESTORE(
            "POST",
            "/restores",
            text("target").must(),
            text("directory"),
            text("timeline"),
            text("backup"),
            text("tablespaces"),
            text("databases"),
            flag("delta"),
            flag("replacement"),
            flag("dryRun")),
    RESTORE_CANCEL("DELETE", "/restores/{id}"),
    WAL_CHECK("POST", "/wal/check", flag("heal")),
    DIVERGED_WAL_REMOVE("DELETE", "/diverged-wal/{id}", flag("dryRun")),
    SILENCE(
            "POST",
            "/silences",
            text("matchers").must(),
            integer("seconds", 1, 31_622_400).must(),
            instant("from"),
            text("by"),
            text("comment").must(),
            flag("dryRun")),
    SILENCE_EXPIRE("DELETE", "/silences/{id}", flag("dryRun")),
    ALERT_RESOLVE("POST", "/alerts/{id}/resolve", text("by"), flag("dryRun")),
    ALERT_TEST("POST", "/alerts/receivers/{receiver}/test", flag("dryRun")),
    BUNDLE_UPDATE("POST", "/bundles/{id}/update", text("location"));

    private final String method;
    private final String path;
    private final List<Field> fields;

    Route(String method, String path, Field... fields) {
        this.method = method;
        this.path = path;
        this.fields = List.of(fields);
    }

    /** A request's path and what stood in its {@code {…}} parts. */
    public record Match(Route route, Map<String, String> inPath) {
        public Match {
            inPath = Map.copyOf(inPath);
        }
    }

    public String method() {
        return method;
    }

    /** Below {@code /api/v1}; {@code {id}} stands for one segment. */
    public String path() {
        return path;
    }

    public List<Field> fields() {
        return fields;
    }

    /** Whether it may change anything, and so needs access. */
    public boolean changes() {
        return !method.equals("GET");
    }

    /** Whether it only reads, and is still not for everybody who reaches the port. */
    public boolean toldToOperators() {
        return this == AUDIT || this == SESSIONS;
    }

    public static Optional<Match> find(String method, String path) {
        return Arrays.stream(values())
                .filter(r -> r.method.equals(method))
                .flatMap(r -> r.match(path).map(in -> new Match(r, in)).stream())
                .findFirst();
    }

    /** The methods that path knows; empty if there is no such path. */
    public static Set<String> methodsOf(String path) {
        var methods = new TreeSet<String>();
        for (Route route : values()) if (route.match(path).isPresent()) methods.add(route.method);
        return methods;
    }

    private Optional<Map<String, String>> match(String actual) {
        String[] pattern = path.split("/", -1);
        String[] parts = actual.split("/", -1);
        if (pattern.length != parts.length) return Optional.empty();
        var inPath = new HashMap<String, String>();
        for (int i = 0; i < parts.length; i++) {
            if (pattern[i].startsWith("{") && !parts[i].isEmpty())
                inPath.put(pattern[i].substring(1, pattern[i].length() - 1), parts[i]);
            else if (!pattern[i].equals(parts[i])) return Optional.empty();
        }
        return Optional.of(inPath);
    }
}
