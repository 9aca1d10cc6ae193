package io.matriarch.storage.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.matriarch.pki.SelfSigned;
import io.matriarch.storage.api.Location.Credentials;
import io.matriarch.storage.api.Location.Encryption;
import io.matriarch.storage.api.Location.S3;
import io.matriarch.storage.api.Location.Transfer;
import io.matriarch.storage.api.StorageException;
import io.matriarch.storage.api.StorageException.Fault;
import io.matriarch.storage.s3.FaultyS3.Response;
import io.matriarch.storage.s3.FaultyS3.Trouble;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("What a repository's settings become in requests")
class S3OptionsTest {
    private static final int PART = 5 << 20;
    private static final Credentials KEYS = new Credentials.Keys("key", "secret", Optional.empty());

    @TempDir Path temp;
    private FaultyS3 server;

    @BeforeEach
    void start() throws Exception {
        server = new FaultyS3();
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
    }

    private S3 location(Credentials credentials, Encryption encryption) {
        return new S3(
                "backups",
                "/deep/er/",
                Optional.of(server.endpoint()),
                "eu-central-1",
                true,
                Optional.empty(),
                credentials,
                encryption,
                Optional.of("STANDARD_IA"),
                Map.of("owner", "the dba", "kind", "backup"),
                new Transfer(Duration.ofSeconds(60), PART, 2));
    }

    private void writeSmallAndBig(Encryption encryption) throws Exception {
        try (var storage = new S3Storage(location(KEYS, encryption))) {
            storage.put("small", new byte[10]);
            try (var upload = storage.write("big")) {
                upload.write(ByteBuffer.wrap(new byte[PART + 1]));
                upload.commit();
            }
            try (var in = storage.read("small")) {
                assertThat(in.readAllBytes()).hasSize(10);
            }
            assertThat(storage.stat("small")).isPresent();
        }
    }

    private String small(String header) {
        return server.requests("PUT /backups/deep/er/small").getFirst().header(header);
    }

    private String begin(String header) {
        return server.requests("POST /backups/deep/er/big?uploads").getFirst().header(header);
    }

    private String part(String header) {
        return server.requests("partNumber=2").getFirst().header(header);
    }

    @Test
    @DisplayName("prefix, region, class and tags are on each object")
    void classAndTags() throws Exception {
        writeSmallAndBig(new Encryption.None());
        assertThat(small("Authorization")).contains("eu-central-1/s3/aws4_request");
        assertThat(small("x-amz-storage-class")).isEqualTo("STANDARD_IA");
        assertThat(begin("x-amz-storage-class")).isEqualTo("STANDARD_IA");
        assertThat(small("x-amz-tagging")).isEqualTo("kind=backup&owner=the%20dba");
        assertThat(begin("x-amz-tagging")).isEqualTo("kind=backup&owner=the%20dba");
        assertThat(small("x-amz-server-side-encryption")).isEmpty();
    }

    @Test
    @DisplayName("encryption by the service")
    void sseS3() throws Exception {
        writeSmallAndBig(new Encryption.ByService());
        assertThat(small("x-amz-server-side-encryption")).isEqualTo("AES256");
        assertThat(begin("x-amz-server-side-encryption")).isEqualTo("AES256");
    }

    @Test
    @DisplayName("encryption by a key of KMS")
    void sseKms() throws Exception {
        writeSmallAndBig(new Encryption.ByKms("arn:aws:kms:x"));
        assertThat(small("x-amz-server-side-encryption")).isEqualTo("aws:kms");
        assertThat(small("x-amz-server-side-encryption-aws-kms-key-id")).isEqualTo("arn:aws:kms:x");
        assertThat(begin("x-amz-server-side-encryption-aws-kms-key-id")).isEqualTo("arn:aws:kms:x");
    }

    @Test
    @DisplayName("encryption by the account's own key of KMS")
    void sseKmsDefault() throws Exception {
        writeSmallAndBig(new Encryption.ByKms(""));
        assertThat(small("x-amz-server-side-encryption")).isEqualTo("aws:kms");
        assertThat(server.requests.getFirst().headers())
                .doesNotContainKey("x-amz-server-side-encryption-aws-kms-key-id");
    }

    @Test
    @DisplayName("encryption by our own key, which goes with reads and parts too")
    void sseCustomer() throws Exception {
        var key = new byte[32];
        Arrays.fill(key, (byte) 7);
        writeSmallAndBig(new Encryption.ByCustomer(key));
        String name = "x-amz-server-side-encryption-customer-key";
        String encoded = Base64.getEncoder().encodeToString(key);
        assertThat(small(name)).isEqualTo(encoded);
        assertThat(begin(name)).isEqualTo(encoded);
        assertThat(part(name)).isEqualTo(encoded);
        assertThat(small(name + "-MD5")).hasSize(24);
        for (String request : new String[] {"GET /backups/deep/er/small", "HEAD"})
            assertThat(server.requests(request).getFirst().header(name)).isEqualTo(encoded);
    }

    @Test
    @DisplayName("keys of a profile in a file; a file that is not there is refused at once")
    void profile() throws Exception {
        Path file = temp.resolve("credentials");
        Files.writeString(
                file, "[backup]\naws_access_key_id = of-the-profile\naws_secret_access_key = x\n");
        var profile = new Credentials.Profile("backup", Optional.of(file));
        try (var storage = new S3Storage(location(profile, new Encryption.None()))) {
            storage.list("");
        }
        assertThat(server.requests.getFirst().header("Authorization"))
                .contains("Credential=of-the-profile/");

        var other = new Credentials.Profile("none", Optional.of(file));
        try (var storage = new S3Storage(location(other, new Encryption.None()))) {
            var failure = catchThrowableOfType(StorageException.class, () -> storage.list(""));
            assertThat(failure.fault()).isEqualTo(Fault.DENIED);
            assertThat(failure.getMessage()).contains("none");
        }
        var missing = new Credentials.Profile("x", Optional.of(temp.resolve("nowhere")));
        var failure =
                catchThrowableOfType(
                        StorageException.class,
                        () -> new S3Storage(location(missing, new Encryption.None())));
        assertThat(failure.getMessage()).contains("nowhere");
    }

    @Test
    @DisplayName("a session token goes with each request")
    void session() throws Exception {
        var keys = new Credentials.Keys("key", "secret", Optional.of("the-token"));
        try (var storage = new S3Storage(location(keys, new Encryption.None()))) {
            storage.list("");
        }
        assertThat(server.requests.getFirst().header("X-Amz-Security-Token"))
                .isEqualTo("the-token");
    }

    @Test
    @DisplayName("the bucket is in the host's name without path style")
    void hostStyle() throws Exception {
        var at = location(KEYS, new Encryption.None());
        var host =
                new S3(
                        at.bucket(),
                        at.prefix(),
                        at.endpoint(),
                        at.region(),
                        false,
                        at.caFile(),
                        at.credentials(),
                        at.encryption(),
                        at.storageClass(),
                        at.tags(),
                        new Transfer(Duration.ofSeconds(2), PART, 1));
        try (var storage = new S3Storage(host)) {
            storage.put("a", new byte[1]);
            assertThat(server.requests.getFirst().header("Host")).startsWith("backups.localhost");
        } catch (StorageException unresolved) { // this machine has no name for it
            assertThat(unresolved.getMessage()).contains("backups.localhost");
            assertThat(unresolved.hint()).contains("path_style");
        }
    }

    @Test
    @DisplayName("a certificate of an own authority is trusted by ca_file, and only by it")
    void caFile() throws Exception {
        var own =
                SelfSigned.make(
                        temp, "server", SelfSigned.Kind.EC, "/CN=localhost", "DNS:localhost");
        try (var tls = new FaultyS3(tlsSocket(own.store("s")), "https")) {
            try (var storage = new S3Storage(tlsLocation(tls, Optional.of(own.pem())))) {
                storage.put("a", new byte[1]);
            }
            assertThat(tls.bucket.has("/backups/a")).isTrue();
            try (var storage = new S3Storage(tlsLocation(tls, Optional.empty()))) {
                var failure = catchThrowableOfType(StorageException.class, () -> storage.list(""));
                assertThat(failure.fault()).isEqualTo(Fault.DENIED);
                assertThat(failure.hint()).contains("ca_file");
            }
        }
    }

    @Test
    @DisplayName("a ca_file that has no certificate is refused when the storage is opened")
    void wrongCaFile() throws Exception {
        Path empty = Files.writeString(temp.resolve("empty.pem"), "");
        for (Path file : new Path[] {empty, temp.resolve("missing.pem")}) {
            var failure =
                    catchThrowableOfType(
                            StorageException.class,
                            () -> new S3Storage(tlsLocation(server, Optional.of(file))));
            assertThat(failure.getMessage()).contains("ca_file", file.toString());
        }
    }

    private static S3 tlsLocation(FaultyS3 server, Optional<Path> caFile) {
        return new S3(
                "backups",
                "",
                Optional.of(server.endpoint()),
                "us-east-1",
                true,
                caFile,
                KEYS,
                new Encryption.None(),
                Optional.empty(),
                Map.of(),
                new Transfer(Duration.ofSeconds(20), PART, 1));
    }

    private static java.net.ServerSocket tlsSocket(KeyStore keys) throws Exception {
        var factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(keys, SelfSigned.PASSWORD.toCharArray());
        var context = SSLContext.getInstance("TLS");
        context.init(factory.getKeyManagers(), null, null);
        return context.getServerSocketFactory()
                .createServerSocket(0, 50, InetAddress.getLoopbackAddress());
    }

    @Test
    @DisplayName("no credentials anywhere is told as such")
    void noCredentials() throws Exception {
        server.always("", new Trouble.Answer(Response.error(500, "InternalError", "")));
        var settings =
                Map.of(
                        "aws.disableEc2Metadata", "true",
                        "aws.sharedCredentialsFile", temp.resolve("none").toString(),
                        "aws.configFile", temp.resolve("none").toString());
        settings.forEach(System::setProperty);
        try (var storage =
                new S3Storage(location(new Credentials.DefaultChain(), new Encryption.None()))) {
            var failure = catchThrowableOfType(StorageException.class, () -> storage.list(""));
            assertThat(failure.fault()).isEqualTo(Fault.DENIED);
            assertThat(failure.hint()).contains("access_key");
            assertThat(server.requests).isEmpty();
        } finally {
            settings.keySet().forEach(System::clearProperty);
        }
    }
}
