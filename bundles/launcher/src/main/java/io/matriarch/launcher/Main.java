package io.matriarch.launcher;

import io.matriarch.api.Code;
import io.matriarch.api.MatriarchException;
import io.matriarch.config.Configuration;
import io.matriarch.config.core.Defaults;
import io.matriarch.config.core.Settings;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.osgi.framework.BundleException;
import org.osgi.framework.InvalidSyntaxException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where the process begins and ends. The exit status is that of {@link Code}. */
public final class Main {
    private static final Logger LOG = LoggerFactory.getLogger(Main.class);

    /** A shutdown hands leadership over and stops PostgreSQL, which writes a checkpoint first. */
    private static final Duration LONGEST_STOP = Duration.ofMinutes(10);

    private static final Duration LONGEST_HTTP_START = Duration.ofSeconds(15);

    private Main() {}

    public static void main(String... args) {
        // exit, not return: threads of libraries may still run.
        System.exit(run(System.out, System.err, args));
    }

    static int run(PrintStream out, PrintStream err, String... args) {
        try {
            var options = Options.parse(args);
            Logs.quiet();
            var configuration = ConfigurationFeed.read(options);
            return switch (options.mode()) {
                case STATE_DIR -> {
                    out.println(Defaults.stateDir(configuration.settings()));
                    yield 0;
                }
                case CHECK -> {
                    configuration.warnings().forEach(warning -> out.println("warning: " + warning));
                    out.println(options.config() + ": good");
                    yield 0;
                }
                case RUN, TRAIN -> appliance(options, configuration, err);
            };
        } catch (MatriarchException e) {
            return fail(err, Failure.of(e));
        } catch (IOException | BundleException | InvalidSyntaxException | RuntimeException e) {
            LOG.error("failed", e);
            return fail(err, Failure.of(e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return fail(err, Failure.of(e));
        }
    }

    private static int fail(PrintStream err, Failure failure) {
        err.println(failure);
        err.flush();
        return failure.code().exitStatus();
    }

    private static int appliance(Options options, Configuration configuration, PrintStream err)
            throws MatriarchException,
                    IOException,
                    BundleException,
                    InvalidSyntaxException,
                    InterruptedException {
        var settings = configuration.settings();
        var path = java.nio.file.Path.of(Defaults.stateDir(settings));
        var files = BundleFiles.of(options.home());
        try (var state = StateDir.take(path)) {
            Ports.check(settings);
            Logs.check(settings);
            System.setProperty("java.io.tmpdir", path.resolve("tmp").toString());
            Logs.configure(settings);
            ConfigurationFeed.tellWarnings(configuration);
            var end = new CompletableFuture<Optional<Failure>>();
            Runnable inOrder = () -> end.complete(Optional.empty());
            Signals.onTerminate(inOrder);
            var appliance =
                    new Appliance(
                            options,
                            state,
                            files,
                            configuration,
                            failure -> end.complete(Optional.of(failure)),
                            inOrder);
            boolean stopped;
            try {
                appliance.start(options, KeyStores.in(state.tls()), configuration);
                if (!end.isDone()) announce(state, appliance, settings);
                if (options.mode() == Options.Mode.TRAIN) end.complete(Optional.empty());
                end.join();
            } finally {
                LOG.info("stopping");
                stopped = appliance.stop(LONGEST_STOP.toMillis());
            }
            return ended(end.join(), stopped, err);
        } finally {
            Logs.close();
        }
    }

    private static int ended(Optional<Failure> failure, boolean stopped, PrintStream err) {
        if (failure.isPresent()) return fail(err, failure.get());
        if (!stopped)
            return fail(
                    err,
                    new Failure(
                            Code.INTERNAL,
                            "the bundles did not stop within " + LONGEST_STOP.toMinutes() + " min",
                            "look at the log for the one that hangs"));
        LOG.info("stopped");
        return 0;
    }

    private static void announce(StateDir state, Appliance appliance, Settings settings)
            throws MatriarchException, IOException, InterruptedException {
        var address =
                settings.address("restapi.listen")
                        .orElseThrow(() -> new IllegalStateException("checked before"));
        long deadline = System.nanoTime() + LONGEST_HTTP_START.toNanos();
        while (!Ports.answers(address)) {
            if (System.nanoTime() > deadline)
                throw new MatriarchException(
                        Code.ADDRESS_IN_USE,
                        "the REST interface does not listen on " + address,
                        "the log says why Jetty did not start");
            Thread.sleep(50);
        }
        appliance.started();
        long millis =
                System.currentTimeMillis() - ManagementFactory.getRuntimeMXBean().getStartTime();
        LOG.info(
                "Matriarch {} ready after {} ms: {} bundles, REST on {}",
                ConfigurationFeed.version(),
                millis,
                appliance.active(),
                address);
        state.announce(address.toString());
    }
}
