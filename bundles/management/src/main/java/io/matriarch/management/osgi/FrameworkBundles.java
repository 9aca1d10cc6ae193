package io.matriarch.management.osgi;

import io.matriarch.failover.api.Answer;
import io.matriarch.management.core.BundleInfo;
import io.matriarch.management.core.Bundles;
import io.matriarch.management.core.Refused;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarFile;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.wiring.FrameworkWiring;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@link Bundles} of the framework we run in. */
final class FrameworkBundles implements Bundles {
    private static final Logger LOG = LoggerFactory.getLogger(FrameworkBundles.class);
    private static final Duration REFRESH_LIMIT = Duration.ofSeconds(60);

    /** Long enough for the answer to leave before this bundle, which sends it, is stopped. */
    private static final long SELF_DELAY_MILLIS = 300;

    /** Something done to a bundle that may fail in the framework's way. */
    private interface Change {
        void run() throws BundleException, IOException, Refused, InterruptedException;
    }

    private final BundleContext context;

    FrameworkBundles(BundleContext context) {
        this.context = context;
    }

    @Override
    public List<BundleInfo> list() {
        return Arrays.stream(context.getBundles()).map(FrameworkBundles::info).toList();
    }

    private static BundleInfo info(Bundle bundle) {
        return new BundleInfo(
                bundle.getBundleId(),
                String.valueOf(bundle.getSymbolicName()),
                bundle.getVersion().toString(),
                state(bundle),
                Instant.ofEpochMilli(bundle.getLastModified()).toString());
    }

    private static String state(Bundle bundle) {
        return switch (bundle.getState()) {
            case Bundle.UNINSTALLED -> "uninstalled";
            case Bundle.INSTALLED -> "installed";
            case Bundle.RESOLVED -> "resolved";
            case Bundle.STARTING -> "starting";
            case Bundle.STOPPING -> "stopping";
            case Bundle.ACTIVE -> "active";
            default -> "state " + bundle.getState();
        };
    }

    @Override
    public Answer update(long id, Optional<String> location, boolean dryRun) throws Refused {
        Bundle bundle = changeable(id);
        Path file = file(bundle, location.orElse(bundle.getLocation()));
        requireSameBundle(bundle, file);
        boolean refresh = othersWiredTo(bundle);
        if (dryRun)
            return new Answer(
                    200,
                    "would update %s from %s%s"
                            .formatted(
                                    title(bundle),
                                    file,
                                    refresh
                                            ? ", and restart those wired to it: "
                                                    + names(dependents(bundle))
                                            : "; nobody is wired to it, so nobody else is touched"));
        Change change =
                () -> {
                    try (InputStream in = Files.newInputStream(file)) {
                        bundle.update(in);
                    }
                    if (refresh) refreshAndWait(bundle);
                };
        return perform(bundle, "update", change);
    }

    @Override
    public Answer start(long id) throws Refused {
        Bundle bundle = changeable(id);
        return perform(bundle, "start", bundle::start);
    }

    @Override
    public Answer stop(long id, boolean dryRun) throws Refused {
        Bundle bundle = changeable(id);
        if (bundle.equals(context.getBundle()))
            throw new Refused(
                    422,
                    "bundle %s is the one that answers you; nobody could start it again"
                            .formatted(title(bundle)),
                    "update or refresh it instead");
        if (dryRun) {
            var lost = servicesInUse(bundle);
            return new Answer(
                    200,
                    "would stop %s; %s"
                            .formatted(
                                    title(bundle),
                                    lost.isEmpty()
                                            ? "nobody uses a service of it"
                                            : "others use these services of it: "
                                                    + String.join(", ", lost)));
        }
        return perform(bundle, "stop", bundle::stop);
    }

    @Override
    public Answer refresh(long id, boolean dryRun) throws Refused {
        Bundle bundle = changeable(id);
        if (dryRun) return new Answer(200, "would restart " + names(dependents(bundle)));
        return perform(bundle, "refresh", () -> refreshAndWait(bundle));
    }

    private Bundle changeable(long id) throws Refused {
        Bundle bundle = context.getBundle(id);
        if (bundle == null)
            throw new Refused(404, "there is no bundle " + id, "list the bundles for their ids");
        if (id == Constants.SYSTEM_BUNDLE_ID)
            throw new Refused(
                    422,
                    "bundle 0 is the framework itself",
                    "prepare a restart, then restart the agent");
        return bundle;
    }

    private Answer perform(Bundle bundle, String what, Change change) {
        if (!dependents(bundle).contains(context.getBundle()) || what.equals("start"))
            return performNow(bundle, what, change);
        // We are stopped by this ourselves: answer first, then let go.
        CompletableFuture.delayedExecutor(SELF_DELAY_MILLIS, TimeUnit.MILLISECONDS)
                .execute(() -> {
                    var answer = performNow(bundle, what, change);
                    LOG.info("{}", answer.text());
                });
        return new Answer(
                202,
                "%s of %s begins now; this interface restarts with it, list the bundles to see it active again"
                        .formatted(what, title(bundle)));
    }

    private Answer performNow(Bundle bundle, String what, Change change) {
        String before = title(bundle);
        boolean wasActive = bundle.getState() == Bundle.ACTIVE;
        long start = System.nanoTime();
        try (var gap = new Gap(context, bundle)) {
            change.run();
            long millis = Duration.ofNanos(System.nanoTime() - start).toMillis();
            String done =
                    "%s of %s took %d ms, it was away for %d ms; it is now %s and %s"
                            .formatted(
                                    what,
                                    before,
                                    millis,
                                    gap.millis(),
                                    title(bundle),
                                    state(bundle));
            boolean shouldRun = what.equals("start") || wasActive && !what.equals("stop");
            boolean ended = !shouldRun || bundle.getState() == Bundle.ACTIVE;
            return new Answer(ended ? 200 : 503, done);
        } catch (BundleException | IOException | IllegalStateException e) {
            LOG.warn("{} of {} failed", what, before, e);
            return failed(what, before, bundle, e);
        } catch (Refused e) {
            return new Answer(e.status(), e.text());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return failed(what, before, bundle, e);
        }
    }

    private static Answer failed(String what, String before, Bundle bundle, Exception why) {
        return new Answer(
                503,
                "%s of %s failed: %s; it is now %s and %s"
                        .formatted(what, before, why.getMessage(), title(bundle), state(bundle)));
    }

    private static String title(Bundle bundle) {
        return "%s %s".formatted(bundle.getSymbolicName(), bundle.getVersion());
    }

    /** Only files: code from the network would be loaded without anybody having looked at it. */
    private static Path file(Bundle bundle, String location) throws Refused {
        String path = location.startsWith("reference:") ? location.substring(10) : location;
        try {
            Path file = path.startsWith("file:") ? Path.of(URI.create(path)) : Path.of(path);
            if (file.isAbsolute() && Files.isReadable(file)) return file;
        } catch (IllegalArgumentException e) {
            var refused = notAFile(bundle, location);
            refused.initCause(e);
            throw refused;
        }
        throw notAFile(bundle, location);
    }

    private static Refused notAFile(Bundle bundle, String location) {
        return new Refused(
                422,
                "cannot update %s from \"%s\"".formatted(title(bundle), location),
                "expected a readable file of this node by its absolute path");
    }

    private static void requireSameBundle(Bundle bundle, Path file) throws Refused {
        try (var jar = new JarFile(file.toFile())) {
            var manifest = jar.getManifest();
            String header =
                    manifest == null
                            ? null
                            : manifest.getMainAttributes().getValue(Constants.BUNDLE_SYMBOLICNAME);
            String name = header == null ? "no bundle" : header.split(";", 2)[0].strip();
            if (!name.equals(bundle.getSymbolicName()))
                throw new Refused(
                        422,
                        "%s holds %s, not %s".formatted(file, name, bundle.getSymbolicName()),
                        "give the file of a " + bundle.getSymbolicName());
        } catch (IOException e) {
            var refused = new Refused(422, file + " is not a jar file: " + e.getMessage(), "");
            refused.initCause(e);
            throw refused;
        }
    }

    private boolean othersWiredTo(Bundle bundle) {
        return dependents(bundle).size() > 1;
    }

    /** The bundle itself and all whose classes hang on it. */
    private Collection<Bundle> dependents(Bundle bundle) {
        return wiring().getDependencyClosure(List.of(bundle));
    }

    private FrameworkWiring wiring() {
        return Objects.requireNonNull(
                context.getBundle(Constants.SYSTEM_BUNDLE_LOCATION).adapt(FrameworkWiring.class));
    }

    private void refreshAndWait(Bundle bundle) throws InterruptedException, Refused {
        var done = new CountDownLatch(1);
        wiring().refreshBundles(
                        List.of(bundle),
                        event -> {
                            if (event.getType() == FrameworkEvent.PACKAGES_REFRESHED)
                                done.countDown();
                        });
        if (!done.await(REFRESH_LIMIT.toMillis(), TimeUnit.MILLISECONDS))
            throw new Refused(
                    503,
                    "the refresh of %s is not over after %d s"
                            .formatted(title(bundle), REFRESH_LIMIT.toSeconds()),
                    "list the bundles to see how it ends");
    }

    private static String names(Collection<Bundle> bundles) {
        return String.join(", ", bundles.stream().map(FrameworkBundles::title).sorted().toList());
    }

    private static TreeSet<String> servicesInUse(Bundle bundle) {
        var inUse = new TreeSet<String>();
        ServiceReference<?>[] registered = bundle.getRegisteredServices();
        if (registered == null) return inUse;
        for (var reference : registered) {
            Bundle[] users = reference.getUsingBundles();
            if (users != null && Arrays.stream(users).anyMatch(user -> !user.equals(bundle)))
                inUse.addAll(List.of((String[]) reference.getProperty(Constants.OBJECTCLASS)));
        }
        return inUse;
    }
}
