package io.matriarch.storage.osgi;

import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.storage.api.Location;
import io.matriarch.storage.api.Location.Credentials;
import io.matriarch.storage.api.Location.Encryption;
import io.matriarch.storage.api.Location.Transfer;
import io.matriarch.storage.api.Storages;
import io.matriarch.storage.s3.StsAndS3;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import org.apache.felix.framework.FrameworkFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.Constants;
import org.osgi.framework.launch.Framework;
import org.osgi.util.tracker.ServiceTracker;

@DisplayName("In a real framework")
class InFrameworkTest {
    @TempDir Path temp;
    private Framework framework;

    @BeforeEach
    void start() throws Exception {
        var settings = new HashMap<String, String>();
        settings.put(Constants.FRAMEWORK_STORAGE, temp.resolve("cache").toString());
        settings.put(
                Constants.FRAMEWORK_SYSTEMPACKAGES_EXTRA,
                "org.slf4j;version=2.0.20,org.slf4j.event;version=2.0.20,"
                        + "org.slf4j.helpers;version=2.0.20,org.slf4j.spi;version=2.0.20,"
                        + exported(Location.class));
        framework = new FrameworkFactory().newFramework(settings);
        framework.start();
        for (String jar : System.getProperty("matriarch.bundles").split(":")) install(jar);
    }

    /** What the bundle of that class exports, in the versions it has by now. */
    private static String exported(Class<?> type) throws Exception {
        var from = Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
        if (Files.isDirectory(from))
            try (var in = Files.newInputStream(from.resolve(JarFile.MANIFEST_NAME))) {
                return new Manifest(in).getMainAttributes().getValue(Constants.EXPORT_PACKAGE);
            }
        try (var jar = new JarFile(from.toFile())) {
            return jar.getManifest().getMainAttributes().getValue(Constants.EXPORT_PACKAGE);
        }
    }

    private void install(String jar) throws Exception {
        Bundle bundle =
                framework.getBundleContext().installBundle("reference:" + Path.of(jar).toUri());
        bundle.start();
        assertThat(bundle.getState()).as(jar).isEqualTo(Bundle.ACTIVE);
    }

    @AfterEach
    void stop() throws Exception {
        framework.stop();
        framework.waitForStop(30_000);
    }

    private Storages storages() throws Exception {
        var tracker =
                new ServiceTracker<Storages, Storages>(
                        framework.getBundleContext(), Storages.class, null);
        tracker.open();
        var storages = tracker.waitForService(30_000);
        assertThat(storages).isNotNull();
        return storages;
    }

    @Test
    @DisplayName("the service opens a directory")
    void directory() throws Exception {
        Path root = Files.createDirectory(temp.resolve("repo"));
        try (var storage = storages().open(new Location.Directory(root))) {
            storage.put("a/b", "x".getBytes());
        }
        assertThat(root.resolve("a/b")).hasContent("x");
    }

    /** The SDK then finds an HTTP client for STS by the thread's class loader: not ours. */
    @Test
    @DisplayName("the service opens a bucket, with the keys a web identity token is worth")
    void bucketByWebIdentity() throws Exception {
        Path token = Files.writeString(temp.resolve("token"), "a-token-of-the-pod");
        try (var server = new StsAndS3()) {
            var settings =
                    Map.of(
                            "aws.webIdentityTokenFile",
                            token.toString(),
                            "aws.roleArn",
                            "arn:aws:iam::1:role/backup",
                            "aws.endpointUrlSts",
                            server.endpoint().toString(),
                            "aws.region",
                            "us-east-1");
            settings.forEach(System::setProperty);
            try (var storage = storages().open(location(server))) {
                storage.put("small", "x".getBytes());
                try (var upload = storage.write("big")) {
                    upload.write(ByteBuffer.wrap(new byte[12 << 20]));
                    upload.commit();
                }
                try (var in = storage.read("small")) {
                    assertThat(in.readAllBytes()).isEqualTo("x".getBytes());
                }
                assertThat(storage.list("").size()).isEqualTo(2);
            } finally {
                settings.keySet().forEach(System::clearProperty);
            }
            server.expectIdentity("a-token-of-the-pod", "key-of-the-role");
        }
    }

    private static Location location(StsAndS3 server) {
        return new Location.S3(
                "backups",
                "",
                Optional.of(server.endpoint()),
                "us-east-1",
                true,
                Optional.empty(),
                new Credentials.DefaultChain(),
                new Encryption.None(),
                Optional.empty(),
                Map.of(),
                new Transfer(Duration.ofSeconds(60), 5 << 20, 2));
    }
}
