package io.matriarch.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.felix.framework.BundleWiringImpl.BundleClassLoader;
import org.apache.felix.framework.Felix;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.wiring.BundleWiring;
import org.osgi.framework.wiring.FrameworkWiring;

@DisplayName("After a refresh the framework's class loaders")
class LeftClassLocksTest {
    @TempDir Path folder;
    private Felix framework;

    @BeforeEach
    void start() throws Exception {
        framework =
                new Felix(Map.of(Constants.FRAMEWORK_STORAGE, folder.resolve("cache").toString()));
        framework.init();
        LeftClassLocks.releaseOnRefresh(framework.getBundleContext());
        framework.start();
    }

    @AfterEach
    void stop() throws Exception {
        framework.stop();
        framework.waitForStop(60_000);
    }

    private Bundle bundle(String name) throws Exception {
        var jar = folder.resolve(name + ".jar");
        Agent.emptyBundle(jar, name, "1.0.0");
        var bundle = framework.getBundleContext().installBundle(jar.toUri().toString());
        bundle.start();
        return bundle;
    }

    private void refresh(Bundle bundle) throws InterruptedException {
        var done = new CountDownLatch(1);
        framework
                .adapt(FrameworkWiring.class)
                .refreshBundles(
                        List.of(bundle),
                        event -> {
                            if (event.getType() == FrameworkEvent.PACKAGES_REFRESHED)
                                done.countDown();
                        });
        assertThat(done.await(60, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    @DisplayName("hold no ended thread, and still the one that is loading a class")
    void ended() throws Exception {
        var kept = bundle("kept");
        var updated = bundle("updated");
        var loader = (BundleClassLoader) kept.adapt(BundleWiring.class).getClassLoader();
        var ended = Thread.ofPlatform().start(() -> {});
        ended.join();
        var locks = LeftClassLocks.locks(loader);
        locks.put("left.behind.One", ended);
        locks.put("being.loaded.One", Thread.currentThread());
        refresh(updated);
        var patience = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (locks.size() > 1 && System.nanoTime() - patience < 0)
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
        assertThat(locks).containsOnlyKeys("being.loaded.One");
    }
}
