package io.matriarch.launcher;

import io.matriarch.api.MatriarchException;
import io.matriarch.config.Configuration;
import io.matriarch.config.core.Defaults;
import io.matriarch.config.core.Mapping;
import io.matriarch.config.core.Settings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.service.cm.ConfigurationAdmin;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps ConfigAdmin the same as the file. Also the service that reloads it. */
final class ConfigurationFeed implements Supplier<String> {
    private static final Logger LOG = LoggerFactory.getLogger(ConfigurationFeed.class);

    /** What a reload cannot change: it would mean another node, or a restart of the JVM. */
    private static final List<String> FIXED =
            List.of(
                    "scope",
                    "name",
                    "namespace",
                    "matriarch.state_dir",
                    "matriarch.shell.listen",
                    "postgresql.data_dir");

    private final Options options;
    private final Path home;
    private final KeyStores keys;
    private final ConfigurationAdmin admin;
    private Settings current;

    ConfigurationFeed(
            BundleContext context, Options options, KeyStores keys, Configuration configuration) {
        this.options = options;
        home = options.home();
        this.keys = keys;
        current = configuration.settings();
        var reference = context.getServiceReference(ConfigurationAdmin.class);
        if (reference == null)
            throw new IllegalStateException("no ConfigurationAdmin in bundles/system");
        admin = context.getService(reference);
    }

    static Configuration read(Options options) throws MatriarchException {
        return Configuration.read(
                options.config(), System.getenv(), List.of(options.home().resolve("bundles")));
    }

    static void tellWarnings(Configuration configuration) {
        configuration.warnings().forEach(warning -> LOG.warn("{}", warning));
    }

    synchronized void push() throws MatriarchException, IOException, InvalidSyntaxException {
        keys.write(current);
        var wanted =
                Mapping.of(
                        current,
                        new Mapping.Surroundings(
                                version(),
                                home.resolve("lib/matriarch-guard").toString(),
                                home.resolve("bin/matriarch-pgbackrest-wal").toString(),
                                keys.keyStore().toString(),
                                keys.trustStore().toString(),
                                keys.password()));
        for (var entry : wanted.entrySet())
            admin.getConfiguration(entry.getKey(), "?")
                    .updateIfDifferent(new Hashtable<>(entry.getValue()));
        for (var pid : Mapping.OPTIONAL) if (!wanted.containsKey(pid)) forget(pid);
    }

    private void forget(String pid) throws IOException, InvalidSyntaxException {
        var known = admin.listConfigurations("(service.pid=" + pid + ")");
        if (known != null) for (var one : known) one.delete();
    }

    /**
     * Reads the file again.
     *
     * @return empty if it is in force now, else why not; then everything is as it was
     */
    @Override
    public synchronized String get() {
        var before = current;
        try {
            var read = read(options);
            refuseFixed(before, read.settings());
            tellWarnings(read);
            current = read.settings();
            push();
            Logs.configure(current);
            LOG.info("configuration reloaded from {}", options.config());
            return "";
        } catch (MatriarchException | IOException | InvalidSyntaxException | RuntimeException e) {
            current = before;
            LOG.error("configuration not reloaded: {}", e.getMessage());
            return String.valueOf(e.getMessage());
        }
    }

    private static void refuseFixed(Settings before, Settings after) throws MatriarchException {
        for (var path : FIXED) {
            boolean same = before.text(path).equals(after.text(path));
            if (!same
                    && !(path.equals("matriarch.state_dir")
                            && Defaults.stateDir(before).equals(Defaults.stateDir(after))))
                throw new MatriarchException(
                        io.matriarch.api.Code.CONFIG,
                        after.place(path) + ": " + path + " cannot change in a running agent",
                        "restart the agent: `matriarch restart`");
        }
    }

    static String version() {
        var version = ConfigurationFeed.class.getPackage().getImplementationVersion();
        return version == null ? "unknown" : version;
    }

    /** For the registration as a service. */
    static Map<String, Object> properties() {
        return Map.of("io.matriarch.role", "reload-configuration");
    }
}
