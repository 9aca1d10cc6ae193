package io.matriarch.launcher;

import io.matriarch.api.Code;
import io.matriarch.api.MatriarchException;
import io.matriarch.config.Configuration;
import io.matriarch.config.core.Settings;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import java.util.function.Supplier;
import javax.management.remote.JMXServiceURL;
import org.apache.felix.framework.Felix;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.SynchronousBundleListener;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.startlevel.BundleStartLevel;
import org.osgi.framework.startlevel.FrameworkStartLevel;
import org.osgi.framework.wiring.BundleRevision;
import org.osgi.service.log.LogService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The framework and what runs in it. The launcher installs {@code bundles/system}, {@code lib} and
 * {@code api}; FileInstall installs {@code bundles/app} and watches it, so that no jar is installed
 * by two.
 */
final class Appliance {
    private static final Logger LOG = LoggerFactory.getLogger(Appliance.class);
    private static final int NEVER = 100;

    private final Framework framework;
    private final BundleFiles files;
    private final Settings settings;
    private final Consumer<Failure> fatal;
    private final Runnable end;
    private volatile boolean starting = true;

    /**
     * @param fatal is told of failures that should end the process
     * @param end ends the process in order, as SIGTERM does
     */
    Appliance(
            Options options,
            StateDir state,
            BundleFiles files,
            Configuration configuration,
            Consumer<Failure> fatal,
            Runnable end)
            throws IOException {
        this.files = files;
        settings = configuration.settings();
        this.fatal = fatal;
        this.end = end;
        keepOffOurBundles();
        boolean same = files.fingerprint().equals(state.fingerprint());
        framework = new Felix(properties(options, state, same));
        state.fingerprint(files.fingerprint());
    }

    /**
     * The JDK's class keeps a static exception, and with its stack every class on it, for as long
     * as the process lives. Were it first used by a bundle, that bundle's class loader could never
     * be unloaded after an update.
     */
    private static void keepOffOurBundles() {
        try {
            MethodHandles.lookup().ensureInitialized(JMXServiceURL.class);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException("the class is public", e);
        }
    }

    private Map<String, Object> properties(Options options, StateDir state, boolean cacheIsGood) {
        var properties = new HashMap<String, Object>();
        properties.put(Constants.FRAMEWORK_STORAGE, state.cache().toString());
        if (!cacheIsGood)
            properties.put(
                    Constants.FRAMEWORK_STORAGE_CLEAN,
                    Constants.FRAMEWORK_STORAGE_CLEAN_ONFIRSTINIT);
        properties.put(Constants.FRAMEWORK_BEGINNING_STARTLEVEL, "1");
        properties.put(Constants.FRAMEWORK_BOOTDELEGATION, "sun.*,jdk.*,com.sun.*");
        properties.put(Constants.FRAMEWORK_SYSTEMPACKAGES_EXTRA, String.join(",", ourPackages()));
        properties.put("felix.log.logger", new FelixLog());
        properties.put("felix.log.level", "2");
        properties.put("felix.shutdown.hook", "false");
        properties.put("ds.loglevel", "3");
        // Until the configuration is there it must not listen on a port nobody asked for.
        properties.put("org.apache.felix.http.require.config", "true");
        properties.put("org.apache.felix.http.enable", "false");
        var app = options.home().resolve("bundles/app").toString();
        properties.put("felix.fileinstall.dir", app);
        properties.put("felix.fileinstall.tmpdir", state.path().resolve("tmp").toString());
        properties.put("felix.fileinstall.poll", "500");
        properties.put("felix.fileinstall.noInitialDelay", "true");
        properties.put("felix.fileinstall.filter", ".*\\.jar");
        properties.put("felix.fileinstall.log.level", "2");
        properties.put("felix.fileinstall.enableConfigSave", "false");
        settings.address("matriarch.shell.listen")
                .ifPresent(address ->
                        properties.put(
                                "gosh.args",
                                "--nointeractive --noshutdown -c telnetd --ip=%s --port=%d start"
                                        .formatted(address.host(), address.port())));
        properties.put("io.matriarch.home", options.home().toString());
        return properties;
    }

    /** What is on our class path and shared with the bundles. */
    private static List<String> ourPackages() {
        var packages = new ArrayList<String>();
        // Some libraries were built against SLF4J 1.7 and import that version.
        for (var version : List.of("2.0.20", "1.7.36"))
            for (var name : List.of("org.slf4j", "org.slf4j.helpers", "org.slf4j.spi"))
                packages.add(name + ";version=" + version);
        packages.add("org.slf4j.event;version=2.0.20");
        packages.add("org.osgi.service.cm;version=1.6.1");
        packages.add("org.osgi.service.log;version=1.5.0");
        return packages;
    }

    /** Up to the level where the configuration is needed, and then all the way. */
    void start(Options options, KeyStores keys, Configuration configuration)
            throws BundleException,
                    MatriarchException,
                    IOException,
                    InvalidSyntaxException,
                    InterruptedException {
        framework.init();
        var context = framework.getBundleContext();
        context.addBundleListener((SynchronousBundleListener) this::installed);
        LeftClassLocks.releaseOnRefresh(context);
        installFixed(context);
        context.registerService(
                new String[] {
                    LogService.class.getName(), org.osgi.service.log.LoggerFactory.class.getName()
                },
                new OsgiLog(this::componentFailed),
                new Hashtable<>());
        framework.start();
        markApp(context);
        var feed = new ConfigurationFeed(context, options, keys, configuration);
        feed.push();
        context.registerService(
                Supplier.class, feed, new Hashtable<>(ConfigurationFeed.properties()));
        context.registerService(
                Consumer.class,
                (Consumer<Throwable>) thrown -> fatal.accept(Failure.of(thrown)),
                new Hashtable<>(Map.of("io.matriarch.role", "fatal-error")));
        context.registerService(
                Runnable.class, end, new Hashtable<>(Map.of("io.matriarch.role", "end-process")));
        Signals.onHangUp(feed::get);
        raiseTo(BundleFiles.LEVEL_FAILOVER);
        verifyAll(context);
    }

    private void installFixed(BundleContext context) throws BundleException {
        boolean shell = settings.has("matriarch.shell.listen");
        var bundles = new ArrayList<Bundle>();
        for (var entry : files.fixed()) {
            if (!shell && entry.symbolicName().startsWith("org.apache.felix.gogo.")) continue;
            var bundle = context.installBundle("reference:" + entry.jar().toUri());
            bundle.adapt(BundleStartLevel.class).setStartLevel(entry.startLevel());
            bundles.add(bundle);
        }
        for (var bundle : bundles)
            if (!isFragment(bundle)) bundle.start(Bundle.START_ACTIVATION_POLICY);
    }

    /**
     * FileInstall starts what it installed at its next look only; marked so, they start in turn.
     */
    private static void markApp(BundleContext context) throws BundleException {
        for (var bundle : context.getBundles())
            if (!isFixed(bundle) && bundle.adapt(BundleStartLevel.class).getStartLevel() < NEVER)
                bundle.start(Bundle.START_ACTIVATION_POLICY);
    }

    private static boolean isFixed(Bundle bundle) {
        return bundle.getBundleId() == 0 || bundle.getLocation().startsWith("reference:");
    }

    /** FileInstall knows one start level for all it installs, we know better. */
    private void installed(BundleEvent event) {
        var bundle = event.getBundle();
        if (event.getType() == BundleEvent.UPDATED)
            LOG.info("bundle {} is now {}", bundle.getSymbolicName(), bundle.getVersion());
        if (event.getType() == BundleEvent.UNINSTALLED)
            LOG.info("bundle {} is gone", bundle.getSymbolicName());
        if (event.getType() != BundleEvent.INSTALLED) return;
        var name = bundle.getSymbolicName();
        if (name == null || isFixed(bundle)) return;
        for (var other : framework.getBundleContext().getBundles())
            if (other != bundle && name.equals(other.getSymbolicName())) {
                LOG.error(
                        "{} is a second {}; it will not start. Replace the file {} instead",
                        bundle.getLocation(),
                        name,
                        other.getLocation());
                bundle.adapt(BundleStartLevel.class).setStartLevel(NEVER);
                return;
            }
        bundle.adapt(BundleStartLevel.class).setStartLevel(BundleFiles.startLevel("app", name));
    }

    private void raiseTo(int level) throws InterruptedException {
        var reached = new CountDownLatch(1);
        framework
                .adapt(FrameworkStartLevel.class)
                .setStartLevel(
                        level,
                        event -> {
                            if (event.getType() == FrameworkEvent.STARTLEVEL_CHANGED)
                                reached.countDown();
                            else if (event.getType() == FrameworkEvent.ERROR) {
                                LOG.error("at start level {}", level, event.getThrowable());
                                reached.countDown();
                            }
                        });
        reached.await();
    }

    private static void verifyAll(BundleContext context) throws MatriarchException {
        for (var bundle : context.getBundles()) {
            if (isFragment(bundle) || bundle.getState() == Bundle.ACTIVE) continue;
            if (bundle.getBundleId() == 0) continue;
            if (bundle.getState() == Bundle.STARTING) continue; // lazily activated
            boolean app = !isFixed(bundle);
            var why = why(bundle);
            if (!app)
                throw new MatriarchException(
                        Code.INTERNAL,
                        "bundle " + bundle.getSymbolicName() + " did not start: " + why,
                        "is the distribution complete and unchanged?");
            LOG.error(
                    "bundle {} did not start: {}. Repair or replace {}",
                    bundle.getSymbolicName(),
                    why,
                    bundle.getLocation());
        }
    }

    private static String why(Bundle bundle) {
        try {
            bundle.start(Bundle.START_TRANSIENT);
            return "it started only when tried again";
        } catch (BundleException e) {
            return String.valueOf(e.getMessage());
        }
    }

    /** Later, when a bundle is swapped, a failing component is no reason to end what else runs. */
    private void componentFailed(Throwable thrown) {
        if (!starting) return;
        Failure.known(thrown)
                .ifPresent(failure -> {
                    LOG.error("a component failed to start: {}", failure.message());
                    fatal.accept(failure);
                });
    }

    /** From now on a component that fails is only logged. */
    void started() {
        starting = false;
    }

    private static boolean isFragment(Bundle bundle) {
        var revision = bundle.adapt(BundleRevision.class);
        return revision != null && (revision.getTypes() & BundleRevision.TYPE_FRAGMENT) != 0;
    }

    /** How many bundles run. */
    long active() {
        long active = 0;
        for (var bundle : framework.getBundleContext().getBundles())
            if (bundle.getState() == Bundle.ACTIVE) active++;
        return active;
    }

    /**
     * Down through the levels: failover first, the store and PostgreSQL after it.
     *
     * @param millis how long that may take
     * @return whether it was done in time
     */
    boolean stop(long millis) throws BundleException, InterruptedException {
        framework.stop();
        var event = framework.waitForStop(millis);
        return event.getType() != FrameworkEvent.WAIT_TIMEDOUT;
    }
}
