package io.matriarch.storage.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.storage.api.StorageException;
import io.matriarch.storage.api.StorageException.Fault;
import io.matriarch.storage.s3.FaultyS3.Response;
import io.matriarch.storage.s3.FaultyS3.Trouble;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("long")
@DisplayName("When S3 does not do what it should")
class S3RefusalsTest extends FaultyS3Fixture {
    @Nested
    @DisplayName("for good, the call fails at once, and the hint says what to do")
    class Refusals {
        private StorageException told(int status, String code, String text) {
            server.always("", new Trouble.Answer(Response.error(status, code, text)));
            var failure = failure(() -> storage.put("a", SMALL));
            assertThat(server.requests).hasSizeLessThanOrEqualTo(3);
            return failure;
        }

        @Test
        @DisplayName("wrong bucket, also where HEAD cannot tell it")
        void bucket() {
            server.always("", new Trouble.Answer(Response.error(404, "NoSuchBucket", "")));
            for (ThrowingCallable call :
                    List.<ThrowingCallable>of(
                            () -> storage.put("a", SMALL),
                            () -> storage.stat("a"),
                            () -> storage.list("a"),
                            () -> storage.read("a"),
                            () -> storage.write("a").commit(),
                            () -> storage.delete(List.of("a", "b")),
                            () -> storage.putIfAbsent("a", SMALL))) {
                var failure = failure(call);
                assertThat(failure.fault()).isEqualTo(Fault.DENIED);
                assertThat(failure.hint()).contains("no bucket 'backups'");
            }
        }

        @Test
        @DisplayName("wrong access key")
        void keys() {
            assertThat(told(403, "InvalidAccessKeyId", "").hint()).contains("access key");
        }

        @Test
        @DisplayName("wrong secret key")
        void secret() {
            var failure = told(403, "SignatureDoesNotMatch", "");
            assertThat(failure.fault()).isEqualTo(Fault.DENIED);
            assertThat(failure.hint()).contains("secret key");
        }

        @Test
        @DisplayName("no rights: stat learns the reason, though HEAD has no body")
        void rights() {
            server.always("", new Trouble.Answer(Response.error(403, "InvalidAccessKeyId", "")));
            var failure = failure(() -> storage.stat("a"));
            assertThat(failure.fault()).isEqualTo(Fault.DENIED);
            assertThat(failure.hint()).contains("access key");
        }

        @Test
        @DisplayName("wrong region, and which is right")
        void region() {
            var failure =
                    told(
                            400,
                            "AuthorizationHeaderMalformed",
                            "the region 'us-east-1' is wrong; expecting 'eu-north-1'");
            assertThat(failure.fault()).isEqualTo(Fault.DENIED);
            assertThat(failure.hint()).contains("eu-north-1", "us-east-1");
        }

        @Test
        @DisplayName("a clock that differs, if the answer's time does not help")
        void clock() {
            var failure = told(403, "RequestTimeTooSkewed", "");
            assertThat(failure.fault()).isEqualTo(Fault.DENIED);
            assertThat(failure.hint()).contains("clock");
        }

        @Test
        @DisplayName("no room")
        void room() {
            assertThat(told(403, "QuotaExceeded", "").fault()).isEqualTo(Fault.FULL);
        }

        @Test
        @DisplayName("something that is not S3 and says 200 to everything")
        void notS3() {
            server.always("", new Trouble.Answer(Response.of(200, "<html>Welcome</html>")));
            assertThat(failure(() -> storage.list("")).fault()).isEqualTo(Fault.BROKEN);
            assertThat(failure(() -> storage.put("a", SMALL)).fault()).isEqualTo(Fault.BROKEN);
            assertThat(failure(() -> storage.read("a", 3, 1)).fault()).isEqualTo(Fault.BROKEN);
            assertThat(failure(() -> upload("big", new byte[2 * PART])).fault())
                    .isEqualTo(Fault.BROKEN);
        }

        @Test
        @DisplayName("an object that may not be removed, by its name")
        void deletion() {
            var denied =
                    "<DeleteResult><Error><Key>r/b</Key><Code>AccessDenied</Code></Error></DeleteResult>";
            server.always("POST /backups?delete", new Trouble.Answer(Response.of(200, denied)));
            var failure = failure(() -> storage.delete(List.of("a", "b")));
            assertThat(failure.fault()).isEqualTo(Fault.DENIED);
            assertThat(failure.getMessage()).contains("remove b", "AccessDenied");
        }

        @Test
        @DisplayName("an object that is replaced while it is read")
        void replaced() {
            server.bucket.put("/backups/r/a", random(1000));
            server.trouble("GET", 1, new Trouble.Cut(500));
            server.trouble(
                    "GET",
                    1,
                    new Trouble.Meanwhile(() -> server.bucket.put("/backups/r/a", SMALL)));
            var failure = readFailure("a");
            assertThat(failure.fault()).isEqualTo(Fault.BROKEN);
            assertThat(failure.getMessage()).contains("replaced while it was read");
        }
    }

    @Nested
    @DisplayName("because it is of an older kind")
    class Older {
        @Test
        @DisplayName("it refuses conditional writes: look first, then write")
        void noConditions() throws Exception {
            server.always(
                    "PUT /backups/r/matriarch/",
                    new Trouble.Answer(Response.error(501, "NotImplemented", "")));
            assertThat(storage.decidesAbsence()).isFalse();
            assertThat(storage.putIfAbsent("lock", SMALL)).isTrue();
            assertThat(storage.putIfAbsent("lock", SMALL)).isFalse();
            assertThat(server.requests("PUT /backups/r/lock").getFirst().header("If-None-Match"))
                    .isEmpty();
        }

        @Test
        @DisplayName(
                "it ignores the condition: that is found out, and nothing is left of the question")
        void ignoresConditions() throws Exception {
            var stored = new Response(200, Map.of("ETag", "\"x\""), new byte[0]);
            server.always("PUT /backups/r/matriarch/", new Trouble.Answer(stored));
            assertThat(storage.decidesAbsence()).isFalse();
            assertThat(server.requests("DELETE /backups/r/matriarch/")).hasSize(1);
        }

        @Test
        @DisplayName("it does not remove many at once: one by one, from then on")
        void noBatches() throws Exception {
            removesOneByOne(501, "NotImplemented");
        }

        @Test
        @DisplayName("it refuses the checksum that the SDK insists on for batches: one by one")
        void noChecksums() throws Exception {
            removesOneByOne(400, "InvalidRequest");
        }

        private void removesOneByOne(int status, String code) throws Exception {
            server.always(
                    "POST /backups?delete", new Trouble.Answer(Response.error(status, code, "")));
            for (String name : List.of("a", "b", "c", "d")) storage.put(name, SMALL);
            storage.delete(List.of("a", "b"));
            storage.delete(List.of("c", "d"));
            assertThat(server.requests("POST /backups?delete")).hasSize(1);
            assertThat(server.bucket.has("/backups/r/a")).isFalse();
            assertThat(server.bucket.has("/backups/r/d")).isFalse();
        }

        @Test
        @DisplayName("it gets MD5, and no newer checksum but where the SDK leaves no choice")
        void oldHeaders() throws Exception {
            upload("big", random(2 * PART));
            storage.put("a", SMALL);
            storage.put("b", SMALL);
            storage.delete(List.of("a", "b"));
            for (var request : server.requests) {
                assertThat(request.header("Content-Encoding")).doesNotContain("aws-chunked");
                boolean batch = request.query().contains("delete");
                if (batch || request.method().equals("PUT"))
                    assertThat(request.header("Content-MD5")).isNotEmpty();
                if (batch) continue;
                assertThat(request.headers().keySet())
                        .noneMatch(name -> name.toLowerCase().startsWith("x-amz-checksum"))
                        .noneMatch(name -> name.toLowerCase().startsWith("x-amz-sdk-checksum"))
                        .noneMatch(name -> name.equalsIgnoreCase("x-amz-trailer"));
            }
        }
    }
}
