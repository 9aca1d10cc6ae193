package io.matriarch.management.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.failover.api.Answer;
import io.matriarch.management.core.Identity;
import io.matriarch.management.fake.FakeBundles;
import io.matriarch.management.fake.FakeNeighbours;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("/api/v1")
class ApiServletTest {
    private static final Instant NOW = Instant.parse("2026-11-23T05:00:00Z");

    private final FakeNeighbours neighbours = new FakeNeighbours();
    private final FakeBundles bundles = new FakeBundles();
    private final ApiServlet servlet =
            new ApiServlet(
                    new Handlers(
                            neighbours,
                            bundles,
                            () -> new Identity("main", "n1", "0.1.0"),
                            InstantSource.fixed(NOW)));

    private Exchange get(String path) {
        return new Exchange("GET", path).through(servlet);
    }

    private Exchange post(String path, String body) {
        return new Exchange("POST", path).body(body).through(servlet);
    }

    private List<String> asked() {
        return neighbours.failover.calls;
    }

    @Nested
    @DisplayName("shows")
    class Shows {
        @Test
        void theNodeWithScopeAndVersion() {
            var answer = get("/node");
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.headers())
                    .containsEntry("Content-Type", "application/json;charset=utf-8")
                    .containsEntry("Cache-Control", "no-store");
            assertThat(answer.json())
                    .containsEntry("scope", "main")
                    .containsEntry("version", "0.1.0")
                    .containsEntry("role", "primary")
                    .containsEntry("leaseLeftMillis", 4200);
        }

        @Test
        void theMembersWithNullForAnUnknownLag() {
            var members = (List<?>) get("/cluster").json().get("members");
            assertThat(members)
                    .extracting(m -> (Object) ((Map<?, ?>) m).get("receiveLagBytes"))
                    .containsExactly(null, 128);
        }

        @Test
        void theDecisionsOfTheLastHourUnlessToldOtherwise() {
            assertThat(get("/decisions").text()).contains("lease is ours");
            new Exchange("GET", "/decisions?sinceSeconds=60").through(servlet);
            new Exchange("GET", "/decisions?since=2026-11-23T05:30:00%2B01:00").through(servlet);
            assertThat(asked())
                    .containsExactly(
                            "decisions 2026-11-23T04:00:00Z",
                            "decisions 2026-11-23T04:59:00Z",
                            "decisions 2026-11-23T04:30:00Z");
        }

        @Test
        void whoChangedWhatToWhomeverWasCheckedOnly() {
            assertThat(get("/audit?sinceSeconds=60").text())
                    .contains("\"user\":\"ada\"", "\"at\":\"2026-11-23T04:59:01Z\"");
            var unchecked = new Exchange("GET", "/audit").withoutAccess().through(servlet);
            assertThat(unchecked.status()).isEqualTo(503);
            assertThat(unchecked.text()).doesNotContain("ada");
        }

        @Test
        void howManyEndpointsOfTheStoreAnswer() {
            var store = get("/store").json();
            assertThat(store).containsEntry("answering", 1);
            assertThat((List<?>) store.get("endpoints")).hasSize(2);
        }

        @Test
        void bundlesAndSchedules() {
            assertThat(get("/bundles").text()).contains("\"name\":\"matriarch-failover\"");
            assertThat(get("/schedules").text()).contains("\"next\":\"2026-11-29T02:30:00Z\"");
        }

        @Test
        void whatTheClustersSchedulesDo() {
            assertThat(get("/jobs").text()).contains("\"text\":\"40 %\"", "\"state\":\"running\"");
            assertThat(get("/jobs/full/history").text()).contains("\"state\":\"done\"");
            var refused = get("/jobs/none/history");
            assertThat(refused.status()).isEqualTo(412);
            assertThat(refused.text()).contains("there is: full");
        }

        @Test
        void whatTheWalArchiveDoes() {
            assertThat(get("/wal").text())
                    .contains("\"oldest\":\"000000010000000000000003\"", "\"lastCheck\":null");
        }

        @Test
        void walThatOnlyThisMemberHad() {
            assertThat(get("/diverged-wal").text())
                    .contains("\"leader\":\"n2\"", "\"from\":\"0/5000060\"", "\"commits\":7");
        }

        @Test
        void theHeadersAloneToHead() {
            var answer = new Exchange("HEAD", "/node").through(servlet);
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.text()).isEmpty();
        }
    }

    @Nested
    @DisplayName("asks the jobs and the archive for")
    class AsksJobs {
        @Test
        void aRunNowOrOnlyWhetherItWouldBegin() {
            var dry =
                    new Exchange("POST", "/jobs/full/start")
                            .body("{\"dryRun\":true}")
                            .through(servlet);
            assertThat(dry.status()).isEqualTo(200);
            assertThat(dry.text()).contains("would begin");
            var real = new Exchange("POST", "/jobs/full/start").through(servlet);
            assertThat(real.status()).isEqualTo(202);
            assertThat(real.text()).contains("the-id");
            assertThat(new Exchange("POST", "/jobs/full/stop").through(servlet).status())
                    .isEqualTo(202);
            assertThat(neighbours.clusterJobs.calls)
                    .containsExactly("start full dry", "start full", "stop full");
        }

        @Test
        void aBackupOnTheBestPlacedMember() {
            var dry =
                    new Exchange("POST", "/backup")
                            .body("{\"type\":\"full\",\"dryRun\":true}")
                            .through(servlet);
            assertThat(dry.status()).isEqualTo(200);
            var real = new Exchange("POST", "/backup").body("{}").through(servlet);
            assertThat(real.status()).isEqualTo(202);
            assertThat(real.json())
                    .containsEntry("job", "the-id")
                    .containsEntry("schedule", "on-demand:backup-incr")
                    .containsEntry("due", "2026-11-22T01:30:00Z");
            var wrong = new Exchange("POST", "/backup").body("{\"type\":\"half\"}");
            var refused = wrong.through(servlet);
            assertThat(refused.status()).isEqualTo(400);
            assertThat(refused.text()).contains("half", "full, diff or incr");
            new Exchange("POST", "/backup/verify").body("{}").through(servlet);
            assertThat(neighbours.clusterJobs.calls)
                    .containsExactly("ask backup-full dry", "ask backup-incr", "ask verify");
        }

        @Test
        void aRestoreOrOnlyItsPlan() {
            String latest = "{\"target\":\"latest\",\"directory\":\"/restored\"";
            var dry = new Exchange("POST", "/restores").body(latest + ",\"dryRun\":true}");
            var plan = dry.through(servlet);
            assertThat(plan.status()).isEqualTo(200);
            assertThat(plan.text())
                    .contains("\"estimateMillis\":40000", "\"backup\":\"20261130-010000F\"");
            assertThat(neighbours.restoring.calls).isEmpty();
            var real =
                    new Exchange("POST", "/restores")
                            .body(latest + ",\"databases\":\"sales, stock\",\"delta\":true}");
            assertThat(real.through(servlet).json()).containsEntry("job", "r1");
            assertThat(get("/restores").text()).contains("\"state\":\"running\"", "33 %");
            assertThat(new Exchange("DELETE", "/restores/r1").through(servlet).status())
                    .isEqualTo(202);
            assertThat(neighbours.restoring.calls)
                    .containsExactly(
                            "start Wanted[target=latest, timeline=Optional.empty,"
                                    + " backup=Optional.empty, directory=/restored,"
                                    + " tablespaces=Optional.empty, databases=[sales, stock],"
                                    + " delta=true, replacement=false]",
                            "cancel r1");
        }

        @Test
        void theWholeClusterBackInTwoSteps() {
            var restore = new Exchange("POST", "/restores");
            restore.body("{\"target\":\"latest\",\"replacement\":true}").through(servlet);
            assertThat(neighbours.restoring.calls)
                    .singleElement()
                    .asString()
                    .contains("directory=,", "replacement=true");
            var dry = new Exchange("POST", "/replacement").body("{\"dryRun\":true}");
            assertThat(dry.through(servlet).status()).isEqualTo(200);
            new Exchange("POST", "/replacement")
                    .body("{\"directory\":\"/pg/data.past\"}")
                    .through(servlet);
            new Exchange("DELETE", "/replacement").body("{\"force\":true}").through(servlet);
            assertThat(neighbours.failover.calls)
                    .containsExactly(
                            "replaceData  true",
                            "replaceData /pg/data.past false",
                            "cancelReplacement true");
            var nowhere = new Exchange("POST", "/restores").body("{\"target\":\"latest\"}");
            assertThat(nowhere.through(servlet).status()).as("directory is missing").isEqualTo(400);
        }

        @Test
        void noRestoreThatCannotBe() {
            var never = new Exchange("POST", "/restores");
            assertThat(
                            never.body("{\"target\":\"never\",\"directory\":\"/r\"}")
                                    .through(servlet)
                                    .status())
                    .isEqualTo(400);
            var own = new Exchange("POST", "/restores");
            var refused =
                    own.body("{\"target\":\"latest\",\"directory\":\"/own\"}").through(servlet);
            assertThat(refused.status()).isEqualTo(412);
            assertThat(refused.text()).contains("/own is our own", "choose another");
            assertThat(new Exchange("DELETE", "/restores/r2").through(servlet).status())
                    .isEqualTo(412);
        }

        @Test
        void whatWouldExpire() {
            assertThat(get("/backup/expiry").text())
                    .contains("20261101-013000F", "the 3rd full", "check the endpoint");
        }

        @Test
        void oneCheckAtATime() {
            var first = new Exchange("POST", "/wal/check").body("{\"heal\":true}").through(servlet);
            assertThat(first.status()).isEqualTo(202);
            assertThat(new Exchange("POST", "/wal/check").through(servlet).status()).isEqualTo(409);
            assertThat(get("/wal").text()).contains("\"checking\":true");
            neighbours.walArchive.mayEnd.countDown();
            long begin = System.nanoTime();
            while (get("/wal").text().contains("\"checking\":true"))
                assertThat(System.nanoTime() - begin).isLessThan(60_000_000_000L);
            assertThat(get("/wal").text()).contains("\"healed\":[\"000000010000000000000001\"]");
        }
    }

    @Nested
    @DisplayName("asks the agent for")
    class Asks {
        @Test
        void aSwitchover() {
            post(
                    "/switchover",
                    """
                    {"leader":"n1","candidate":"n2","at":"2026-11-24T02:00:00Z","dryRun":true}
                    """);
            assertThat(asked())
                    .containsExactly(
                            "switchover n1 Optional[n2] Optional[2026-11-24T02:00:00Z] true");
        }

        @Test
        void aRestartUnderConditions() {
            post(
                    "/restart",
                    """
                    {"role":"replica","olderThan":"17.5","onlyIfPending":true,"timeoutSeconds":30}
                    """);
            assertThat(asked())
                    .containsExactly(
                            "restart RestartRequest[at=Optional.empty, role=Optional[replica],"
                                    + " olderThan=Optional[17.5], onlyIfPending=true,"
                                    + " timeout=Optional[PT30S]]");
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "POST | /failover | {\"candidate\":\"n2\"} | failover n2 false",
                    "POST | /reinitialize | {\"force\":true} | reinitialize true false",
                    "POST | /reload | {} | reload",
                    "POST | /pause | '' | pause",
                    "POST | /resume | '' | resume",
                    "POST | /prepare-restart | {\"seconds\":60} | prepareRestart 60",
                    "POST | /shutdown | '' | shutDown",
                    "DELETE | /switchover | '' | cancelSwitchover",
                    "DELETE | /restart | '' | cancelRestart",
                })
        void everythingElse(String method, String path, String body, String call) {
            var answer = new Exchange(method, path).body(body).through(servlet);
            assertThat(asked()).containsExactly(call);
            assertThat(answer.json()).isEqualTo(Map.of("status", 200, "text", "done"));
        }

        @Test
        void aShutdownIsAnsweredBeforeTheProcessEnds() {
            var answer = post("/shutdown", "");
            assertThat(answer.flushed()).contains(answer.text());
            assertThat(neighbours.ends).isEqualTo(1);
        }

        @Test
        void aShutdownThatWasRefusedAndAnyOtherChangeEndNothing() {
            neighbours.failover.next = new Answer(503, "not now");
            post("/shutdown", "");
            neighbours.failover.next = new Answer(200, "done");
            post("/pause", "");
            assertThat(neighbours.ends).isZero();
        }

        @Test
        void anAnswersStatusIsTheResponses() {
            neighbours.failover.next = new Answer(412, "leader name does not match");
            var answer = post("/switchover", "{\"leader\":\"n9\"}");
            assertThat(answer.status()).isEqualTo(412);
            assertThat(answer.json())
                    .isEqualTo(Map.of("status", 412, "text", "leader name does not match"));
        }

        @Test
        void theBundleInThePathIsUpdated() {
            post("/bundles/7/update", "");
            post("/bundles/7/update", "{\"location\":\"/tmp/new.jar\"}");
            assertThat(bundles.calls)
                    .containsExactly(
                            "update 7 Optional.empty false",
                            "update 7 Optional[/tmp/new.jar] false");
        }
    }

    @Nested
    @DisplayName("refuses")
    class Refuses {
        @ParameterizedTest
        @ValueSource(strings = {"/pause", "/switchover", "/bundles/7/update"})
        void everyChangeWithoutGrantedAccess(String path) {
            var answer =
                    new Exchange("POST", path)
                            .body("{\"leader\":\"n1\"}")
                            .withoutAccess()
                            .through(servlet);
            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.text()).contains("nobody has checked");
            assertThat(asked()).isEmpty();
            assertThat(bundles.calls).isEmpty();
        }

        @Test
        void aChangeFromAPageOfAnotherSite() {
            var answer =
                    new Exchange("POST", "/pause")
                            .header("Host", "127.0.0.1:8008")
                            .header("Origin", "https://example.org")
                            .through(servlet);
            assertThat(answer.status()).isEqualTo(403);
            assertThat(asked()).isEmpty();
        }

        @Test
        void notAChangeFromAPageOfItsOwn() {
            new Exchange("POST", "/pause")
                    .header("Host", "127.0.0.1:8008")
                    .header("Origin", "http://127.0.0.1:8008")
                    .through(servlet);
            assertThat(asked()).containsExactly("pause");
        }

        @ParameterizedTest(name = "{1} at {0}")
        @CsvSource(
                delimiter = '|',
                value = {
                    "/switchover | {\"leader\":\"n1\",\"candidat\":\"n2\"} | unknown field \\\"candidat\\\"",
                    "/switchover | {\"candidate\":\"n2\"} | field \\\"leader\\\" is missing",
                    "/switchover | {\"leader\":5} | field \\\"leader\\\" is 5",
                    "/switchover | {\"leader\":\"n1\",\"at\":\"tomorrow\"} | field \\\"at\\\" is \\\"tomorrow\\\"",
                    "/switchover | {\"leader\":\"n1\",\"dryRun\":\"yes\"} | true or false, without quotes",
                    "/switchover | [1] | not a JSON object",
                    "/switchover | {\"leader\": | not a JSON object",
                    "/switchover | {\"leader\":\"a\",\"leader\":\"b\"} | not a JSON object",
                    "/pause | {\"now\":true} | this request takes no fields",
                    "/prepare-restart | {\"seconds\":3} | a whole number from 5 to 600",
                    "/prepare-restart | {\"seconds\":7.5} | a whole number from 5 to 600",
                    "/restart | {\"role\":\"leader\"} | expected primary, standby_leader or replica",
                    "/restart | {\"olderThan\":\"new\"} | such as 17.5",
                    "/bundles/x/update | {} | is no bundle id",
                })
        void aBodyThatIsWrong(String path, String body, String says) {
            var answer = post(path, body);
            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.text()).contains(says);
            assertThat(answer.json()).containsOnlyKeys("status", "text", "hint");
            assertThat(asked()).isEmpty();
        }

        @Test
        void aBodyThatIsTooLong() {
            var answer = post("/pause", " ".repeat(ApiServlet.MAX_BODY + 1));
            assertThat(answer.status()).isEqualTo(413);
        }

        @Test
        void aQueryWhereABodyBelongs() {
            var answer = new Exchange("POST", "/pause?x=1").through(servlet);
            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.text()).contains("stand in its body");
        }

        @Test
        void aQueryThatIsWrong() {
            var unknown = new Exchange("GET", "/node?x=1").through(servlet);
            var twice = new Exchange("GET", "/decisions?since=1&since=2").through(servlet);
            var both =
                    new Exchange("GET", "/decisions?since=2026-11-23T05:30:00Z&sinceSeconds=5")
                            .through(servlet);
            assertThat(List.of(unknown.status(), twice.status(), both.status())).containsOnly(400);
            assertThat(both.text()).contains("give one of them");
        }

        @Test
        void aPathItDoesNotKnow() {
            assertThat(get("/nodes").status()).isEqualTo(404);
            assertThat(get("").status()).isEqualTo(404);
            assertThat(get(null).status()).isEqualTo(404);
        }

        @Test
        void aMethodThePathDoesNotKnow() {
            var answer = new Exchange("PUT", "/switchover").through(servlet);
            assertThat(answer.status()).isEqualTo(405);
            assertThat(answer.headers()).containsEntry("Allow", "DELETE, POST");
        }

        @ParameterizedTest
        @CsvSource({
            "/node, the failover agent",
            "/cluster, the failover agent",
            "/decisions, the failover agent",
            "/store, the store client",
            "/schedules, the scheduler"
        })
        void whatAnAbsentNeighbourWouldAnswerNamingIt(String path, String what) {
            neighbours.absent = true;
            var answer = get(path);
            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.text()).contains(what + " is absent");
        }
    }

    @Test
    @DisplayName("says so when the defect is ours")
    void ourDefect() {
        neighbours.failover.gate = null; // the fake breaks on it
        var answer = post("/pause", "");
        assertThat(answer.status()).isEqualTo(500);
        assertThat(answer.text()).contains("defect of ours");
    }
}
