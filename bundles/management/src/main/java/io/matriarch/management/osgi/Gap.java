package io.matriarch.management.osgi;

import java.time.Duration;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.SynchronousBundleListener;

/** Measures how long one bundle was not active, by the framework's own events. */
final class Gap implements SynchronousBundleListener, AutoCloseable {
    private final BundleContext context;
    private final Bundle bundle;
    private boolean away;
    private long since;
    private Duration total = Duration.ZERO;

    Gap(BundleContext context, Bundle bundle) {
        this.context = context;
        this.bundle = bundle;
        context.addBundleListener(this);
    }

    @Override
    public synchronized void bundleChanged(BundleEvent event) {
        if (!event.getBundle().equals(bundle)) return;
        if (event.getType() == BundleEvent.STOPPING && !away) {
            away = true;
            since = System.nanoTime();
        } else if (event.getType() == BundleEvent.STARTED && away) {
            away = false;
            total = total.plusNanos(System.nanoTime() - since);
        }
    }

    /** So far; it grows while the bundle is away. */
    synchronized long millis() {
        return (away ? total.plusNanos(System.nanoTime() - since) : total).toMillis();
    }

    @Override
    public void close() {
        try {
            context.removeBundleListener(this);
        } catch (IllegalStateException e) {
            // Our own bundle was stopped meanwhile, and its listeners with it.
            away = false;
        }
    }
}
