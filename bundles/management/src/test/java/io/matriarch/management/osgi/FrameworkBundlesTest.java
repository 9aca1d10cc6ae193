package io.matriarch.management.osgi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.matriarch.management.core.BundleInfo;
import io.matriarch.management.core.Refused;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
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

@DisplayName("In a real framework")
class FrameworkBundlesTest {
    @TempDir Path directory;
    private Framework framework;
    private FrameworkBundles bundles;

    @BeforeEach
    void start() throws Exception {
        framework =
                new FrameworkFactory()
                        .newFramework(
                                Map.of(
                                        Constants.FRAMEWORK_STORAGE,
                                        directory.resolve("cache").toString()));
        framework.start();
        bundles = new FrameworkBundles(framework.getBundleContext());
    }

    @AfterEach
    void stop() throws Exception {
        framework.stop();
        framework.waitForStop(30_000);
    }

    /** A bundle without classes; {@code more} are further headers. */
    private Path jar(String file, String name, String version, String... more) throws IOException {
        var manifest = new Manifest();
        var headers = manifest.getMainAttributes();
        headers.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        headers.putValue(Constants.BUNDLE_MANIFESTVERSION, "2");
        headers.putValue(Constants.BUNDLE_SYMBOLICNAME, name);
        headers.putValue(Constants.BUNDLE_VERSION, version);
        for (int i = 0; i < more.length; i += 2) headers.putValue(more[i], more[i + 1]);
        Path path = directory.resolve(file);
        new JarOutputStream(Files.newOutputStream(path), manifest).close();
        return path;
    }

    private Bundle install(Path jar) throws Exception {
        var bundle = framework.getBundleContext().installBundle(jar.toUri().toString());
        bundle.start();
        return bundle;
    }

    @Test
    void aBundleIsUpdatedFromItsFileAndTheGapIsTold() throws Exception {
        var bundle = install(jar("a.jar", "a", "1.0.0"));
        jar("a.jar", "a", "2.0.0");
        var tried = bundles.update(bundle.getBundleId(), Optional.empty(), true);
        assertThat(tried.text()).contains("would update a 1.0.0", "nobody is wired to it");
        assertThat(bundle.getVersion().getMajor()).isEqualTo(1);

        var answer = bundles.update(bundle.getBundleId(), Optional.empty(), false);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text())
                .matches(
                        "update of a 1\\.0\\.0 took \\d+ ms, it was away for \\d+ ms; it is now a"
                                + " 2\\.0\\.0 and active");
        assertThat(bundles.list())
                .filteredOn(b -> b.name().equals("a"))
                .extracting(BundleInfo::version, BundleInfo::state)
                .containsExactly(org.assertj.core.groups.Tuple.tuple("2.0.0", "active"));
    }

    @Test
    void aBundleOthersAreWiredToIsRefreshedWithThem() throws Exception {
        var api = install(jar("api.jar", "api", "1.0.0", "Export-Package", "x;version=1.0"));
        var user = install(jar("user.jar", "user", "1.0.0", "Import-Package", "x"));
        var next = jar("api2.jar", "api", "1.1.0", "Export-Package", "x;version=1.1");
        var location = Optional.of(next.toString());
        assertThat(bundles.update(api.getBundleId(), location, true).text())
                .contains("restart those wired to it", "user 1.0.0");
        assertThat(bundles.update(api.getBundleId(), location, false).text())
                .contains("it is now api 1.1.0 and active");
        assertThat(user.getState()).isEqualTo(Bundle.ACTIVE);
        var wire =
                user.adapt(org.osgi.framework.wiring.BundleWiring.class)
                        .getRequiredWires("osgi.wiring.package")
                        .getFirst();
        assertThat(wire.getCapability().getAttributes().get("version")).hasToString("1.1.0");
    }

    @Test
    void anotherBundlesFileIsRefused() throws Exception {
        var bundle = install(jar("a.jar", "a", "1.0.0"));
        var other = jar("b.jar", "b", "1.0.0");
        assertThatThrownBy(() ->
                        bundles.update(bundle.getBundleId(), Optional.of(other.toString()), false))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("holds b, not a");
    }

    @Test
    void onlyFilesOfThisNodeAreTaken() throws Exception {
        var bundle = install(jar("a.jar", "a", "1.0.0"));
        for (String location : new String[] {"http://127.0.0.1/a.jar", "a.jar", "/none.jar"})
            assertThatThrownBy(() ->
                            bundles.update(bundle.getBundleId(), Optional.of(location), false))
                    .isInstanceOf(Refused.class)
                    .hasMessageContaining(location);
    }

    @Test
    void theFrameworkItselfAndUnknownBundlesAreRefused() {
        assertThatThrownBy(() -> bundles.update(0, Optional.empty(), false))
                .hasMessageContaining("bundle 0 is the framework itself");
        assertThatThrownBy(() -> bundles.start(99)).hasMessageContaining("there is no bundle 99");
    }

    @Test
    void aBundleIsStoppedAndStarted() throws Exception {
        var bundle = install(jar("a.jar", "a", "1.0.0"));
        assertThat(bundles.stop(bundle.getBundleId(), true).text())
                .isEqualTo("would stop a 1.0.0; nobody uses a service of it");
        assertThat(bundles.stop(bundle.getBundleId(), false).text()).endsWith("and resolved");
        assertThat(bundles.start(bundle.getBundleId()).text()).endsWith("and active");
        assertThat(bundles.refresh(bundle.getBundleId(), false).text()).endsWith("and active");
    }

    @Test
    void theSocketFactoryOfAnAddressOutlivesTheBundle() {
        var address = InetAddress.ofLiteral("127.0.0.1");
        var context = framework.getBundleContext();
        assertThat(JmxSockets.on(address, context)).isSameAs(JmxSockets.on(address, context));
        assertThat(JmxSockets.on(address, context))
                .isNotSameAs(JmxSockets.on(InetAddress.ofLiteral("127.0.0.2"), context));
    }
}
