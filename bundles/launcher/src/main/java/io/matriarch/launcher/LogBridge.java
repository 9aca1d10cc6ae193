package io.matriarch.launcher;

import java.util.function.Consumer;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.service.log.LogEntry;
import org.osgi.service.log.LogListener;
import org.osgi.service.log.LogReaderService;
import org.osgi.util.tracker.ServiceTracker;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What bundles tell the OSGi log goes to our log; a failure of a component is told on, because a
 * component that does not start may be a reason to end.
 */
final class LogBridge extends ServiceTracker<LogReaderService, LogReaderService>
        implements LogListener {
    private final Consumer<Throwable> failures;

    LogBridge(BundleContext context, Consumer<Throwable> failures) {
        super(context, LogReaderService.class, null);
        this.failures = failures;
    }

    @Override
    public LogReaderService addingService(ServiceReference<LogReaderService> reference) {
        var reader = super.addingService(reference);
        reader.addLogListener(this);
        return reader;
    }

    @Override
    public void logged(LogEntry entry) {
        var log = LoggerFactory.getLogger(name(entry));
        var thrown = entry.getException();
        switch (entry.getLogLevel()) {
            case AUDIT, ERROR -> {
                log.error(entry.getMessage(), thrown);
                if (thrown != null) failures.accept(thrown);
            }
            case WARN -> log.warn(entry.getMessage(), thrown);
            case INFO -> info(log, entry);
            case DEBUG -> log.debug(entry.getMessage(), thrown);
            case TRACE -> log.trace(entry.getMessage(), thrown);
        }
    }

    /** Each service registered and each bundle started is an INFO there, and noise here. */
    private static void info(Logger log, LogEntry entry) {
        if (entry.getLoggerName().startsWith("Events.")) log.debug(entry.getMessage());
        else log.info(entry.getMessage(), entry.getException());
    }

    private static String name(LogEntry entry) {
        var bundle = entry.getBundle();
        return bundle == null || bundle.getSymbolicName() == null
                ? "org.osgi"
                : bundle.getSymbolicName();
    }
}
