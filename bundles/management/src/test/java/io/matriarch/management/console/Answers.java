package io.matriarch.management.console;

import java.util.LinkedHashMap;
import java.util.Map;

/** What a member of a small cluster says; wherever it may say anything, it says TEXT. */
final class Answers {
    private Answers() {}

    static Map<String, String> of(String leader, String origin) {
        return of(leader, origin, "javascript:alert(1)//");
    }

    /**
     * @param leader its name, and that of the member that answers
     * @param other where n2 answers
     */
    static Map<String, String> of(String leader, String origin, String other) {
        var answers = new LinkedHashMap<String, String>();
        answers.put("/whoami", "{\"asks\":true,\"user\":\"ada\",\"role\":\"operator\"}");
        answers.put("/cluster", CLUSTER);
        answers.put("/node", "{\"name\":\"LEADER\"}");
        answers.put("/replication", REPLICATION);
        answers.put("/alerts", ALERTS);
        answers.put("/silences", SILENCES);
        answers.put("/decisions", DECISIONS);
        answers.put("/health", HEALTH);
        answers.put("/events", EVENTS);
        answers.put("/jobs", JOBS);
        answers.put("/backups", BACKUPS);
        answers.put("/wal", WAL);
        answers.put("/restores", "{\"restores\":[]}");
        answers.put("/backup/expiry", EXPIRY);
        answers.put("/sessions", SESSIONS);
        answers.put("/series", "{\"series\":[\"connections\",\"primary\"]}");
        answers.put("/series/values", SERIES);
        answers.put("POST /restores", PLAN);
        answers.replaceAll((_, answer) ->
                answer.replace("LEADER", leader).replace("ORIGIN", origin).replace("OTHER", other));
        return answers;
    }

    private static final String CLUSTER =
            """
            {"scope":"demo","systemId":"7","leader":"LEADER","paused":false,"scheduledSwitchover":"TEXT",
             "revision":1,"ageMillis":5,"members":[
             {"name":"LEADER","role":"leader","state":"running","host":"TEXT","port":5432,"apiUrl":"ORIGIN/patroni",
              "timeline":3,"receiveLagBytes":null,"replayLagBytes":null,"pendingRestart":true,
              "scheduledRestart":"TEXT","tags":{"TEXT":"TEXT"}},
             {"name":"n2","role":"sync_standby","state":"streaming","host":"h","port":1,"apiUrl":"OTHER/patroni",
              "timeline":3,"receiveLagBytes":2048,"replayLagBytes":5,"pendingRestart":false,"scheduledRestart":"","tags":{}},
             {"name":"n3","role":"replica","state":"TEXT","host":"h","port":2,"apiUrl":"",
              "timeline":3,"receiveLagBytes":null,"replayLagBytes":null,"pendingRestart":false,"scheduledRestart":"","tags":{}}]}
            """;
    private static final String REPLICATION =
            """
            {"member":"LEADER","standbys":[{"name":"n2","state":"streaming","syncState":"sync","clockLagSeconds":1.2,
             "catchupSeconds":null,"stages":[{"stage":"pending","bytes":0},{"stage":"network","bytes":512},
             {"stage":"flush","bytes":0},{"stage":"replay","bytes":3145728},{"stage":"total","bytes":3146240}]}],
             "synchronousRequired":1,"synchronousAvailable":1,"archiveRpoSeconds":12,"archiveRpoObjectiveSeconds":60,
             "restoreRtoSeconds":240,"restoreRtoObjectiveSeconds":null}
            """;
    private static final String ALERTS =
            """
            {"alerts":[{"id":"1","rule":"TEXT","severity":"critical","labels":{"member":"TEXT"},
             "since":"2026-11-23T01:00:00Z","summary":"TEXT","cause":{"certainty":"probable","text":"TEXT","evidence":["TEXT"]},
             "impact":"TEXT","first":["TEXT"],"link":"TEXT","flapping":false,"source":"TEXT","mutedBy":""}],"status":{"member":"LEADER",
             "sender":"LEADER","sending":true,"degraded":false,"storeError":"","round":"2026-11-23T01:00:00Z","receivers":[
             {"name":"TEXT","kind":"email","waiting":2,"taken":5,"refused":1,"lastAnswer":null,"error":"TEXT"}]}}
            """;
    private static final String SILENCES =
            """
            {"silences":[{"id":"1","matchers":[{"name":"member","value":"TEXT","regex":false,"equal":true}],
             "from":"2026-11-23T01:00:00Z","until":"2026-11-23T02:00:00Z","by":"TEXT","comment":"TEXT"}]}
            """;
    private static final String DECISIONS =
            """
            {"decisions":[{"at":"2026-11-23T01:00:00Z","lastAt":"2026-11-23T01:00:00Z","decision":"TEXT","reason":"TEXT",
             "repeated":4}]}
            """;
    private static final String HEALTH =
            """
            {"status":"ok","checks":[{"aspect":"liveness","name":"TEXT","status":"ok","text":"TEXT"}]}
            """;
    private static final String EVENTS =
            """
            {"events":[{"kind":"failover","member":"TEXT","former":"TEXT","began":"2026-11-23T01:00:00Z",
             "ended":"2026-11-23T01:00:03Z","phases":{},"lostBytes":4096,"reason":"TEXT"}]}
            """;
    private static final String JOBS =
            """
            {"jobs":[{"schedule":"TEXT","task":"TEXT","next":null,"last":{"state":"running","started":"2026-11-23T01:00:00Z",
             "ended":null,"member":"TEXT","text":"42 % (TEXT)"}}]}
            """;
    private static final String BACKUPS =
            """
            {"repositories":[{"name":"TEXT","trouble":{"message":"TEXT","hint":""},
             "archives":[{"id":"17-1","first":"000000010000000000000001","last":"000000010000000000000009"}],
             "restorable":{"earliest":"2026-11-23T01:00:00Z","latest":"2026-11-30T01:00:00Z"},"backups":[
             {"label":"TEXT","type":"full","stop":"2026-11-24T01:00:00Z","sizeBytes":1048576,"repositoryBytes":10,
              "walFirst":"000000010000000000000002","pages":"clean","verified":{"at":"2026-11-24T01:00:00Z","sound":false,
              "why":"TEXT"},"drilled":{"at":"2026-11-24T01:00:00Z","sound":true,"why":""}}]}]}
            """;
    private static final String WAL =
            """
            {"waiting":{"files":2,"bytes":0,"oldest":null,"since":"2026-11-23T01:00:00Z"},"checking":false,
             "repositories":[{"name":"TEXT","lastAt":"2026-11-23T01:00:00Z","lastFailure":null}],
             "lastCheck":{"at":"2026-11-23T01:00:00Z","gaps":[{"repository":"TEXT","archiveId":"17-1",
              "first":"000000010000000000000004","last":"000000010000000000000005","count":2,"neededBy":["TEXT"]}],
              "healed":[],"trouble":["TEXT"]}}
            """;
    private static final String EXPIRY =
            """
            {"repositories":[{"repository":"TEXT","trouble":null,
             "remove":[{"label":"20261101-010000F","reason":"older than the newest 2 full"}],
             "keep":[{"label":"20261123-010000F","reason":"TEXT"},{"label":"20261116-010000F","reason":"one of 2 full"}],
             "wal":["17-1 before 000000010000000000000002"],
             "blocked":[{"label":"20261116-010000F","reason":"nothing newer was verified"}],"notes":["TEXT"]}]}
            """;
    private static final String SESSIONS =
            """
            {"sessions":[{"pid":42,"database":"shop","user":"TEXT","application":"TEXT","client":"10.0.0.9","state":"active",
             "waitEvent":"Lock:transactionid","transactionSeconds":12.5,"stateSeconds":12,"blockedBy":[41],
             "query":"update stock set n = n - 1"},
             {"pid":41,"database":"shop","user":"bob","application":"","client":"local","state":"idle in transaction",
             "waitEvent":"","transactionSeconds":60,"stateSeconds":null,"blockedBy":[],"query":"select 1"}]}
            """;
    private static final String SERIES =
            """
            {"series":[{"name":"connections","first":"2026-11-23T01:00:00Z","stepMillis":10000,"values":[1.5,null,3]}]}
            """;
    private static final String PLAN =
            """
            {"status":200,"text":"would restore","job":"","plan":{"target":"2026-11-30T00:59:59Z","directory":"/srv/restored",
             "repository":"TEXT","backup":"20261123-010000F","chain":["20261123-010000F"],"timeline":3,
             "walFirst":"000000010000000000000002","walLast":"000000010000000000000009","walBytes":1024,"bytes":1048576,
             "storedBytes":10,"estimateMillis":9000,"earliest":"","latest":"","overwritten":[],"notes":["TEXT"]}}
            """;
}
