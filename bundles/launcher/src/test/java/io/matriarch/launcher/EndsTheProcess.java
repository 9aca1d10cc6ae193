package io.matriarch.launcher;

import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;

/** Put into a bundle: asks the launcher to end the process, as a shutdown by REST does. */
public final class EndsTheProcess implements BundleActivator {
    @Override
    public void start(BundleContext context) throws Exception {
        var launcher =
                context.getServiceReferences(Runnable.class, "(io.matriarch.role=end-process)");
        context.getService(launcher.iterator().next()).run();
    }

    @Override
    public void stop(BundleContext context) {} // nothing was begun
}
