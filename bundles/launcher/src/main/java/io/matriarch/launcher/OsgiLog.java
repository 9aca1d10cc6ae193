package io.matriarch.launcher;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Bundle;
import org.osgi.framework.ServiceFactory;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.log.FormatterLogger;
import org.osgi.service.log.LogService;
import org.osgi.service.log.Logger;
import org.osgi.service.log.LoggerConsumer;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.slf4j.helpers.MessageFormatter;

/**
 * OSGi's log service, straight to SLF4J: what bundles say lands in our log, with the very objects
 * that were thrown (Felix' own log service replaces them by copies), so that a component that could
 * not start can tell with which code the agent should end.
 */
final class OsgiLog implements ServiceFactory<LogService> {
    private final Consumer<Throwable> failures;

    /**
     * @param failures is told of everything thrown that a bundle logs as an error
     */
    OsgiLog(Consumer<Throwable> failures) {
        this.failures = failures;
    }

    @Override
    public LogService getService(Bundle bundle, ServiceRegistration<LogService> registration) {
        return new OfBundle(name(bundle));
    }

    @Override
    public void ungetService(
            Bundle bundle, ServiceRegistration<LogService> registration, LogService service) {
        // Nothing is held per bundle.
    }

    private static String name(@Nullable Bundle bundle) {
        return bundle == null || bundle.getSymbolicName() == null
                ? "org.osgi"
                : bundle.getSymbolicName();
    }

    private void tell(
            org.slf4j.Logger log, Level level, String message, @Nullable Throwable thrown) {
        log.atLevel(level).setCause(thrown).log(message);
        if (level == Level.ERROR && thrown != null) failures.accept(thrown);
    }

    private final class OfBundle implements LogService {
        private final String bundle;

        OfBundle(String bundle) {
            this.bundle = bundle;
        }

        @Override
        public void log(int level, String message) {
            log(level, message, null);
        }

        @Override
        @SuppressWarnings("deprecation") // callers of the first edition of this interface
        public void log(int level, String message, @Nullable Throwable thrown) {
            var mapped =
                    switch (level) {
                        case LOG_ERROR -> Level.ERROR;
                        case LOG_WARNING -> Level.WARN;
                        case LOG_INFO -> Level.INFO;
                        default -> Level.DEBUG;
                    };
            tell(LoggerFactory.getLogger(bundle), mapped, message, thrown);
        }

        @Override
        public void log(@Nullable ServiceReference<?> about, int level, String message) {
            log(level, message, null);
        }

        @Override
        public void log(
                @Nullable ServiceReference<?> about,
                int level,
                String message,
                @Nullable Throwable thrown) {
            log(level, message, thrown);
        }

        @Override
        public Logger getLogger(String name) {
            return getLogger(name, Logger.class);
        }

        @Override
        public Logger getLogger(Class<?> type) {
            return logger(type.getName(), Logger.class);
        }

        @Override
        public <L extends Logger> L getLogger(String name, Class<L> type) {
            return logger(name.equals(Logger.ROOT_LOGGER_NAME) ? bundle : name, type);
        }

        @Override
        public <L extends Logger> L getLogger(Class<?> of, Class<L> type) {
            return logger(of.getName(), type);
        }

        @Override
        public <L extends Logger> L getLogger(Bundle other, String name, Class<L> type) {
            return new OfBundle(name(other)).getLogger(name, type);
        }
    }

    /** A proxy, because the interface is thirty methods that differ in level and arity only. */
    private <L extends Logger> L logger(String name, Class<L> type) {
        var log = LoggerFactory.getLogger(name);
        return type.cast(
                Proxy.newProxyInstance(
                        OsgiLog.class.getClassLoader(),
                        new Class<?>[] {type},
                        (self, method, given) ->
                                call(self, log, method, given == null ? new Object[0] : given)));
    }

    private @Nullable Object call(Object self, org.slf4j.Logger log, Method method, Object[] given)
            throws Exception {
        var name = method.getName();
        switch (name) {
            case "getName":
                return log.getName();
            case "equals":
                return self == given[0];
            case "hashCode":
                return System.identityHashCode(self);
            case "toString":
                return "log " + log.getName();
            default:
                break;
        }
        if (name.startsWith("is"))
            return log.isEnabledForLevel(
                    level(name.substring("is".length(), name.length() - "Enabled".length())));
        var level = level(name);
        if (!log.isEnabledForLevel(level)) return null;
        if (given[0] instanceof LoggerConsumer<?> consumer) consumer.accept((Logger) self);
        else message(log, level, self instanceof FormatterLogger, given);
        return null;
    }

    /** {@code error(format, argument...)}: a thrown object may be the last argument. */
    private void message(org.slf4j.Logger log, Level level, boolean printf, Object[] given) {
        var format = String.valueOf(given[0]);
        var arguments =
                given.length == 2 && given[1] instanceof Object[] many
                        ? many
                        : Arrays.copyOfRange(given, 1, given.length);
        var tuple = MessageFormatter.arrayFormat(format, arguments);
        tell(
                log,
                level,
                printf ? String.format(format, arguments) : tuple.getMessage(),
                tuple.getThrowable());
    }

    private static Level level(String name) {
        return name.equalsIgnoreCase("audit")
                ? Level.ERROR
                : Level.valueOf(name.toUpperCase(Locale.ROOT));
    }
}
