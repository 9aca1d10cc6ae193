package io.matriarch.launcher;

import java.util.concurrent.ConcurrentMap;
import org.apache.felix.framework.BundleWiringImpl.BundleClassLoader;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.wiring.BundleWiring;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets go of threads that the framework's class loaders hold for ever.
 *
 * <p>When two threads ask a bundle for the same class at once, Felix 7.0.5 may leave the entry of
 * the slower one in {@code BundleClassLoader.m_classLocks}: its loop takes the lock, sees that the
 * class is there by now, and goes without giving the lock back. Nobody waits for it (the class is
 * loaded), but the thread stays reachable after its end, with what it ran, and with that the class
 * loader of a bundle that has long been updated. So after each refresh the entries of ended threads
 * are taken out.
 */
final class LeftClassLocks {
    private static final Logger LOG = LoggerFactory.getLogger(LeftClassLocks.class);

    private final BundleContext context;

    private LeftClassLocks(BundleContext context) {
        this.context = context;
    }

    /** Does so from now on. */
    static void releaseOnRefresh(BundleContext context) {
        var locks = new LeftClassLocks(context);
        context.addFrameworkListener(locks::happened);
    }

    private void happened(FrameworkEvent event) {
        if (event.getType() != FrameworkEvent.PACKAGES_REFRESHED) return;
        for (var bundle : context.getBundles()) {
            var wiring = bundle.adapt(BundleWiring.class);
            if (wiring != null && wiring.getClassLoader() instanceof BundleClassLoader loader)
                release(bundle.getSymbolicName(), loader);
        }
    }

    private static void release(String bundle, BundleClassLoader loader) {
        locks(loader)
                .entrySet()
                .removeIf(lock -> {
                    boolean left = !lock.getValue().isAlive();
                    if (left)
                        LOG.debug(
                                "{}: left from loading {}: thread {}",
                                bundle,
                                lock.getKey(),
                                lock.getValue().getName());
                    return left;
                });
    }

    /** By name of the class that is being loaded. */
    @SuppressWarnings("unchecked") // declared as ConcurrentHashMap<String, Thread>
    static ConcurrentMap<String, Thread> locks(BundleClassLoader loader) {
        try {
            var field = BundleClassLoader.class.getDeclaredField("m_classLocks");
            field.setAccessible(true);
            return (ConcurrentMap<String, Thread>) field.get(loader);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(
                    "this is another Felix than the one we were tested with: does it still leave its locks?",
                    e);
        }
    }
}
