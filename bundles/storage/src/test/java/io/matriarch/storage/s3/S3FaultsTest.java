package io.matriarch.storage.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.storage.api.StorageException;
import io.matriarch.storage.api.StorageException.Fault;
import io.matriarch.storage.s3.FaultyS3.Response;
import io.matriarch.storage.s3.FaultyS3.Trouble;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("long")
@DisplayName("When S3 does not do what it should")
class S3FaultsTest extends FaultyS3Fixture {
    @Nested
    @DisplayName("for a moment, the call succeeds")
    class Momentary {
        @Test
        @DisplayName("after answers of 503, 500 and 429")
        void busy() throws Exception {
            server.trouble("PUT", 2, BUSY);
            server.trouble("PUT", 1, new Trouble.Answer(Response.error(500, "InternalError", "")));
            server.trouble("PUT", 1, new Trouble.Answer(Response.of(429, "not even XML")));
            storage.put("a", SMALL);
            assertThat(server.requests("PUT /backups/r/a")).hasSize(5);
            assertThat(server.bucket.content("/backups/r/a")).isEqualTo(SMALL);
        }

        @Test
        @DisplayName("and whoever counts requests is told of each try, and how it was answered")
        void counted() throws Exception {
            server.trouble("PUT", 1, BUSY);
            server.trouble("PUT", 1, new Trouble.CloseBefore());
            storage.put("a", SMALL);
            assertThat(storage.stat("missing")).isEmpty();
            assertThat(answered)
                    .containsExactly(
                            "PutObject 503",
                            "PutObject none",
                            "PutObject 200",
                            "HeadObject 404",
                            "ListObjectsV2 200");
        }

        @Test
        @DisplayName(
                "and whoever wants is told by how much the server's clock differs, of refusals too")
        void clock() throws Exception {
            for (int hours : List.of(0, 2, -2))
                server.trouble("PUT", 1, new Trouble.Answer(refusalAt(hours)));
            server.trouble("PUT", 1, new Trouble.Answer(dated("last Tuesday")));
            storage.put("a", SMALL);
            assertThat(clocks).hasSize(3);
            assertThat(clocks.get(0)).isZero();
            assertThat(clocks.get(1)).isBetween(Duration.ofMinutes(110), Duration.ofHours(2));
            assertThat(clocks.get(2)).isBetween(Duration.ofMinutes(-130), Duration.ofMinutes(-119));
        }

        private Response refusalAt(int hours) {
            return dated(
                    DateTimeFormatter.RFC_1123_DATE_TIME.format(
                            ZonedDateTime.now(ZoneOffset.UTC).plusHours(hours)));
        }

        private Response dated(String date) {
            var busy = Response.error(503, "SlowDown", "");
            return new Response(503, Map.of("Date", date), busy.body());
        }

        @Test
        @DisplayName("after connections that end before or after the request was done")
        void closes() throws Exception {
            server.trouble("PUT", 2, new Trouble.CloseBefore());
            server.trouble("PUT", 1, new Trouble.CloseAfter());
            storage.put("a", SMALL);
            assertThat(server.bucket.content("/backups/r/a")).isEqualTo(SMALL);
        }

        @Test
        @DisplayName("after bytes that changed on their way")
        void badDigest() throws Exception {
            server.trouble("PUT", 1, new Trouble.Answer(Response.error(400, "BadDigest", "")));
            storage.put("a", SMALL);
            assertThat(server.bucket.has("/backups/r/a")).isTrue();
        }

        @Test
        @DisplayName("after a part was refused twice: each part arrives once more, none is lost")
        void parts() throws Exception {
            byte[] content = random(4 * PART + 99);
            server.trouble("partNumber=2", 2, BUSY);
            server.trouble("partNumber=3", 1, new Trouble.CloseAfter());
            upload("big", content);
            assertThat(Arrays.equals(server.bucket.content("/backups/r/big"), content)).isTrue();
            assertThat(server.requests("partNumber=2")).hasSize(3);
        }

        @Test
        @DisplayName("when a body comes half: it goes on where it broke, on the same version")
        void halfBodies() throws Exception {
            byte[] content = random(1_000_000);
            server.bucket.put("/backups/r/big", content);
            server.trouble("GET", 1, new Trouble.Cut(400_000));
            server.trouble("GET", 1, new Trouble.Cut(100_000));
            server.trouble("GET", 1, new Trouble.Cut(0));
            assertThat(Arrays.equals(read("big"), content)).isTrue();
            var gets = server.requests("GET");
            assertThat(gets).hasSize(4);
            assertThat(gets.get(0).header("Range")).isEmpty();
            assertThat(gets.get(1).header("Range")).isEqualTo("bytes=400000-999999");
            assertThat(gets.get(3).header("Range")).isEqualTo("bytes=500000-999999");
            assertThat(gets.get(3).header("If-Match")).isNotEmpty();
        }

        @Test
        @DisplayName("when half of a range comes, too")
        void halfRanges() throws Exception {
            byte[] content = random(1000);
            server.bucket.put("/backups/r/bundle", content);
            server.trouble("GET", 1, new Trouble.Cut(100));
            try (var in = storage.read("bundle", 200, 300)) {
                assertThat(in.readAllBytes()).isEqualTo(Arrays.copyOfRange(content, 200, 500));
            }
            assertThat(server.requests("GET").getLast().header("Range")).isEqualTo("bytes=300-499");
        }

        @Test
        @DisplayName("when some of a batch of deletions fail for a moment")
        void deletions() throws Exception {
            storage.put("a", SMALL);
            storage.put("b", SMALL);
            var some =
                    "<DeleteResult><Error><Key>r/b</Key><Code>InternalError</Code></Error></DeleteResult>";
            server.trouble("POST /backups?delete", 1, new Trouble.Answer(Response.of(200, some)));
            storage.delete(List.of("a", "b"));
            var last = server.requests("POST /backups?delete").getLast();
            assertThat(new String(last.body())).contains("r/b").doesNotContain("r/a");
        }
    }

    @Nested
    @DisplayName("for long, the deadline ends the call, and the message says what went wrong")
    class Lasting {
        @BeforeEach
        void soon() throws StorageException {
            giveUpAfter(Duration.ofSeconds(2));
        }

        @Test
        @DisplayName("503 all the time is UNREACHABLE")
        void busy() {
            server.always("PUT", BUSY);
            var failure = failure(() -> storage.put("a", SMALL));
            assertThat(failure.fault()).isEqualTo(Fault.UNREACHABLE);
            assertThat(failure.getMessage())
                    .contains("write a in s3://backups/r", "HTTP 503 SlowDown", "times in 2 s");
            assertThat(server.requests("PUT")).hasSizeGreaterThan(1);
        }

        @Test
        @DisplayName("a server that accepts and says nothing is UNREACHABLE")
        void silent() {
            server.always("PUT", new Trouble.Silence());
            var failure = failure(() -> storage.put("a", SMALL));
            assertThat(failure.fault()).isEqualTo(Fault.UNREACHABLE);
            assertThat(failure.getMessage()).containsAnyOf("Read timed out", "no answer in time");
        }

        @Test
        @DisplayName("no server at all is UNREACHABLE, and the hint names it")
        void gone() throws Exception {
            server.close();
            var failure = failure(() -> storage.list(""));
            assertThat(failure.fault()).isEqualTo(Fault.UNREACHABLE);
            assertThat(failure.getMessage()).contains("refused");
            assertThat(failure.hint()).contains(server.endpoint().toString());
        }

        @Test
        @DisplayName("bodies that always end at once are UNREACHABLE to the reader")
        void emptyBodies() {
            server.bucket.put("/backups/r/big", random(1000));
            server.always("GET", new Trouble.Cut(0));
            var failure = readFailure("big");
            assertThat(failure.fault()).isEqualTo(Fault.UNREACHABLE);
        }

        @Test
        @DisplayName("a server that only drips is UNREACHABLE to the reader, with its rate")
        void drips() {
            server.bucket.put("/backups/r/big", random(100_000));
            server.always("GET", new Trouble.Drip());
            var failure = readFailure("big");
            assertThat(failure.fault()).isEqualTo(Fault.UNREACHABLE);
            assertThat(failure.getMessage()).contains("bytes in 2 s");
        }

        @Test
        @DisplayName("a part that never arrives fails the upload, which leaves nothing")
        void parts() throws Exception {
            giveUpAfter(Duration.ofSeconds(15)); // the other part must arrive, however busy we are
            server.always("partNumber=2", BUSY);
            var failure = failure(() -> upload("big", random(PART + 1)));
            assertThat(failure.fault()).isEqualTo(Fault.UNREACHABLE);
            assertThat(failure.getMessage()).contains("part 2 of big", "SlowDown");
            assertThat(server.bucket.unfinished()).isZero();
            assertThat(server.bucket.has("/backups/r/big")).isFalse();
        }
    }

    @Nested
    @DisplayName("and an answer is lost")
    class LostAnswers {
        @Test
        @DisplayName("putIfAbsent knows its own object again, and another's not")
        void conditional() throws Exception {
            assertThat(storage.decidesAbsence()).isTrue();
            server.trouble("PUT /backups/r/lock", 1, new Trouble.CloseAfter());
            assertThat(storage.putIfAbsent("lock", SMALL)).isTrue();
            server.trouble("PUT /backups/r/lock", 1, new Trouble.CloseBefore());
            assertThat(storage.putIfAbsent("lock", SMALL)).isFalse();
        }

        @Test
        @DisplayName("a completed multipart upload is known again, though the server forgot it")
        void multipart() throws Exception {
            byte[] content = random(PART + 1);
            server.trouble("POST /backups/r/big?uploadId", 1, new Trouble.CloseAfter());
            upload("big", content);
            assertThat(Arrays.equals(server.bucket.content("/backups/r/big"), content)).isTrue();
        }

        @Test
        @DisplayName("an upload that vanished uncompleted is not taken for done")
        void vanished() {
            server.bucket.put("/backups/r/big", SMALL);
            server.always(
                    "POST /backups/r/big?uploadId",
                    new Trouble.Answer(Response.error(404, "NoSuchUpload", "")));
            assertThat(failure(() -> upload("big", random(PART + 1))).getMessage())
                    .contains("complete big", "NoSuchUpload");
            assertThat(server.bucket.content("/backups/r/big")).isEqualTo(SMALL);
        }
    }

    @Test
    @DisplayName("a server of another time is met in its time")
    void clockSkew() throws Exception {
        var skewed =
                new Response(
                        403,
                        Map.of("Date", "Wed, 25 Nov 2020 00:00:00 GMT"),
                        Response.error(403, "RequestTimeTooSkewed", "").body());
        server.trouble("PUT", 1, new Trouble.Answer(skewed));
        storage.put("a", SMALL);
        assertThat(server.requests("PUT").getLast().header("X-Amz-Date")).startsWith("20201125T");
    }

    @Test
    @DisplayName("as many parts are under way as allowed, and no more; their memory is used again")
    void partsInFlight() throws Exception {
        var underWay = new AtomicInteger();
        var most = new AtomicInteger();
        var three = new CountDownLatch(3);
        server.always(
                "partNumber=",
                new Trouble.Meanwhile(() -> {
                    most.accumulateAndGet(underWay.incrementAndGet(), Math::max);
                    three.countDown();
                    try {
                        assertThat(three.await(30, TimeUnit.SECONDS)).isTrue();
                    } catch (InterruptedException e) {
                        throw new AssertionError(e);
                    }
                    underWay.decrementAndGet();
                }));
        byte[] content = random(9 * PART + 1);
        upload("big", content);
        assertThat(most.get()).isEqualTo(3);
        assertThat(Arrays.equals(server.bucket.content("/backups/r/big"), content)).isTrue();
    }

    @Test
    @DisplayName("an interrupted write ends early, and leaves nothing")
    void interrupted() throws Exception {
        server.always("partNumber=1", new Trouble.Silence());
        var failures = new ArrayList<Throwable>();
        var writer =
                Thread.ofVirtual()
                        .start(() -> {
                            try {
                                upload("big", random(2 * PART));
                            } catch (StorageException e) {
                                failures.add(e);
                            }
                        });
        long begin = System.nanoTime();
        while (server.requests("partNumber=1").isEmpty()) {
            assertThat(System.nanoTime() - begin).isLessThan(TimeUnit.SECONDS.toNanos(60));
            Thread.onSpinWait();
        }
        writer.interrupt();
        writer.join();
        assertThat(failures).singleElement().asString().contains("interrupted");
        assertThat(server.bucket.unfinished()).isZero();
    }
}
