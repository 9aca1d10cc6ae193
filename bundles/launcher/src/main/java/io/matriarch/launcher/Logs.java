package io.matriarch.launcher;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.rolling.FixedWindowRollingPolicy;
import ch.qos.logback.core.rolling.RollingFileAppender;
import ch.qos.logback.core.rolling.SizeBasedTriggeringPolicy;
import ch.qos.logback.core.util.FileSize;
import io.matriarch.api.Code;
import io.matriarch.api.MatriarchException;
import io.matriarch.config.core.Settings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;

/** Sets up Logback by the {@code log:} section; again at each reload. */
final class Logs {
    private Logs() {}

    private static final String PATTERN =
            "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %-5level [%thread] %logger{30} - %msg%n";
    private static final List<String> CHATTY =
            List.of(
                    "org.apache.felix.scr",
                    "org.eclipse.jetty",
                    "org.quartz",
                    "io.grpc",
                    "io.netty",
                    "io.vertx");
    private static final String FILE = "matriarch.log";

    /** Before the configuration is read: only what matters, on standard error. */
    static void quiet() {
        var context = context();
        context.reset();
        SLF4JBridgeHandler.removeHandlersForRootLogger();
        SLF4JBridgeHandler.install();
        context.getLogger(Logger.ROOT_LOGGER_NAME).setLevel(Level.WARN);
        attach(context, console(context, encoder(context, "plain"), "System.err"));
    }

    /** Logback itself would only mutter on standard output and log nowhere. */
    static void check(Settings settings) throws MatriarchException {
        var dir = settings.text("log.dir");
        if (dir.isPresent() && !Files.isWritable(Path.of(dir.get())))
            throw new MatriarchException(
                    Code.CONFIG,
                    settings.place("log.dir") + ": log.dir: " + dir.get() + " cannot be written to",
                    "make the directory and give it to the user the agent runs as");
    }

    static void configure(Settings settings) {
        var context = context();
        context.reset();
        context.getLogger(Logger.ROOT_LOGGER_NAME)
                .setLevel(level(settings.text("log.level").orElse("INFO")));
        // They tell every connection, request or run at INFO.
        for (var chatty : CHATTY) context.getLogger(chatty).setLevel(Level.WARN);
        settings.map("log.loggers")
                .forEach(
                        (name, level) -> context.getLogger(name).setLevel(level(level.toString())));
        var encoder = encoder(context, settings.text("log.type").orElse("plain"));
        attach(
                context,
                settings.text("log.dir")
                        .or(Logs::startScriptsChoice)
                        .map(dir -> file(context, encoder, dir, settings))
                        .orElseGet(() -> console(context, encoder, "System.out")));
    }

    /** In the background nobody reads standard output, so the start script names a directory. */
    private static Optional<String> startScriptsChoice() {
        return Optional.ofNullable(System.getProperty("matriarch.log.dir"));
    }

    /** Writes out what is still held back. */
    static void close() {
        context().stop();
    }

    private static LoggerContext context() {
        return (LoggerContext) LoggerFactory.getILoggerFactory();
    }

    private static void attach(
            LoggerContext context, OutputStreamAppender<ILoggingEvent> appender) {
        context.getLogger(Logger.ROOT_LOGGER_NAME).addAppender(appender);
    }

    /** Patroni's names are Python's. */
    static Level level(String name) {
        return switch (name.toUpperCase(Locale.ROOT)) {
            case "WARNING" -> Level.WARN;
            case "CRITICAL" -> Level.ERROR;
            default -> Level.toLevel(name, Level.INFO);
        };
    }

    private static Encoder<ILoggingEvent> encoder(LoggerContext context, String type) {
        if (type.equals("json")) {
            var json = new JsonEncoder();
            json.setContext(context);
            json.setWithFormattedMessage(true);
            json.setWithMessage(false);
            json.setWithArguments(false);
            json.setWithContext(false);
            json.setWithSequenceNumber(false);
            json.setWithNanoseconds(false);
            json.start();
            return json;
        }
        var plain = new PatternLayoutEncoder();
        plain.setContext(context);
        plain.setPattern(PATTERN);
        plain.start();
        return plain;
    }

    private static OutputStreamAppender<ILoggingEvent> console(
            LoggerContext context, Encoder<ILoggingEvent> encoder, String target) {
        var console = new ConsoleAppender<ILoggingEvent>();
        console.setContext(context);
        console.setTarget(target);
        console.setEncoder(encoder);
        console.start();
        return console;
    }

    private static OutputStreamAppender<ILoggingEvent> file(
            LoggerContext context, Encoder<ILoggingEvent> encoder, String dir, Settings settings) {
        var path = dir + "/" + FILE;
        var file = new RollingFileAppender<ILoggingEvent>();
        file.setContext(context);
        file.setFile(path);
        file.setEncoder(encoder);
        var rolling = new FixedWindowRollingPolicy();
        rolling.setContext(context);
        rolling.setParent(file);
        rolling.setFileNamePattern(path + ".%i");
        rolling.setMinIndex(1);
        rolling.setMaxIndex(settings.number("log.file_num").orElse(4L).intValue());
        rolling.start();
        var trigger = new SizeBasedTriggeringPolicy<ILoggingEvent>();
        trigger.setContext(context);
        trigger.setMaxFileSize(new FileSize(settings.number("log.file_size").orElse(25_000_000L)));
        trigger.start();
        file.setRollingPolicy(rolling);
        file.setTriggeringPolicy(trigger);
        file.start();
        return file;
    }
}
