package io.matriarch.cli.command;

import io.matriarch.api.Code;
import io.matriarch.api.MatriarchException;
import io.matriarch.cli.Surroundings;
import io.matriarch.cli.core.Masked;
import io.matriarch.cli.core.Plain;
import io.matriarch.cli.core.Times;
import io.matriarch.cli.settings.Settings;
import io.matriarch.cli.settings.SettingsReader;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The options every command has, and what they lead to. */
@Command(
        name = "matriarchctl",
        description =
                "Asks and steers a Matriarch (or Patroni) cluster through its members' REST interface.",
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "Exit status: 0 done, 2 wrong usage, 3 wrong configuration, 4 store unreachable,",
            "12 refused, 13 outcome unknown, 14 no member answers."
        })
public final class Root implements Runnable {

    private final Surroundings surroundings;
    private @Nullable Session session;

    @Spec private @Nullable CommandSpec spec;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = ScopeType.INHERIT,
            description = "Show this help.")
    private boolean help;

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            scope = ScopeType.INHERIT,
            description =
                    "matriarch.yml (default: $MATRIARCH_CONFIG, or conf/matriarch.yml of the installation).")
    private @Nullable Path config;

    @Option(
            names = "--url",
            paramLabel = "URL",
            scope = ScopeType.INHERIT,
            description =
                    "A member's REST interface, HOST:PORT or URL; may be repeated, tried in turn (default: $MATRIARCHCTL_URL, or restapi.connect_address).")
    private List<String> urls = new ArrayList<>();

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            scope = ScopeType.INHERIT,
            description = "table, json or yaml.")
    private Format format = Format.TABLE;

    @Option(
            names = {"-w", "--watch"},
            arity = "0..1",
            fallbackValue = "2",
            paramLabel = "SECONDS",
            scope = ScopeType.INHERIT,
            description = "Show again every 2 or SECONDS seconds.")
    private @Nullable Integer watchSeconds;

    @Option(
            names = {"-y", "--yes", "--force"},
            scope = ScopeType.INHERIT,
            description = "Do not ask for confirmation.")
    private boolean yes;

    @Option(
            names = "--dry-run",
            scope = ScopeType.INHERIT,
            description = "Only say what would be done.")
    private boolean dryRun;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            scope = ScopeType.INHERIT,
            description = "How long to wait for an answer, such as 30s or 5m.")
    private @Nullable String timeout;

    @Option(
            names = {"-k", "--insecure"},
            scope = ScopeType.INHERIT,
            description = "Do not verify the members' certificates.")
    private boolean insecure;

    @Option(
            names = "--cacert",
            paramLabel = "FILE",
            scope = ScopeType.INHERIT,
            description =
                    "Authorities that sign the members' certificates, PEM (default: ctl.cacert, else restapi.cafile).")
    private @Nullable Path cacert;

    @Option(
            names = "--cert",
            paramLabel = "FILE",
            scope = ScopeType.INHERIT,
            description = "Our client certificate, PEM (default: ctl.certfile).")
    private @Nullable Path cert;

    @Option(
            names = "--key",
            paramLabel = "FILE",
            scope = ScopeType.INHERIT,
            description = "The key of --cert, PEM (default: in the same file).")
    private @Nullable Path key;

    public Root(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public void run() {
        if (spec == null) throw new IllegalStateException("not made by picocli");
        throw new ParameterException(spec.commandLine(), "a command is missing");
    }

    Surroundings surroundings() {
        return surroundings;
    }

    boolean dryRun() {
        return dryRun;
    }

    boolean yes() {
        return yes;
    }

    /** Whether what is begun is followed to its end. */
    boolean watches() {
        return watchSeconds != null;
    }

    boolean machineReadable() {
        return format != Format.TABLE;
    }

    /** The time given by {@code --timeout}, or {@code standard}. */
    Duration timeout(Duration standard) throws MatriarchException {
        return timeout == null ? standard : Times.span(timeout, "--timeout");
    }

    Session session() throws MatriarchException {
        if (session == null) session = new Session(this, settings());
        return session;
    }

    private Settings settings() throws MatriarchException {
        var settings = SettingsReader.read(configFile(), surroundings.environment());
        if (!urls.isEmpty()) {
            var bases = new ArrayList<URI>();
            for (String url : urls)
                for (String one : url.split(",", -1)) bases.add(Settings.base(one, "--url"));
            settings = settings.withUrls(bases);
        }
        if (key != null && cert == null)
            throw new MatriarchException(
                    Code.USAGE, "--key is given without --cert", "name the certificate as well");
        settings =
                settings.withTls(
                        Optional.ofNullable(cacert),
                        Optional.ofNullable(cert),
                        Optional.ofNullable(key));
        return insecure ? settings.withInsecure() : settings;
    }

    /**
     * A file named by {@code --config} must be there. The installation's own, which the start
     * script names by the environment, is needed only if nobody says where the members are: on a
     * desk there is none, and on a node it is the agent's user alone who may read it.
     */
    private Optional<Path> configFile() {
        if (config != null) return Optional.of(config);
        String named = surroundings.environment().getOrDefault("MATRIARCH_CONFIG", "");
        String home = System.getProperty("matriarch.home", "");
        if (named.isEmpty() && home.isEmpty()) return Optional.empty();
        Path file = named.isEmpty() ? Path.of(home, "conf", "matriarch.yml") : Path.of(named);
        boolean addressed =
                !urls.isEmpty() || surroundings.environment().containsKey("MATRIARCHCTL_URL");
        return addressed && !Files.isReadable(file) ? Optional.empty() : Optional.of(file);
    }

    /**
     * The configuration file this command reads, if it may, without secrets.
     *
     * @return empty if there is none, or a directory of several is named
     */
    Optional<String> ownConfiguration() throws MatriarchException {
        var file = configFile();
        if (file.isEmpty() || !Files.isRegularFile(file.get())) return Optional.empty();
        try {
            var tree = Documents.read(Files.readString(file.get()), file.get().toString());
            return Optional.of(Documents.yaml(Masked.of(tree)));
        } catch (IOException e) {
            throw new MatriarchException(
                    Code.CONFIG,
                    "%s cannot be read: %s".formatted(file.get(), e.getMessage()),
                    "name another by --config",
                    e);
        }
    }

    /**
     * The file of the agent on this machine, whether or not it is there yet.
     *
     * @throws MatriarchException {@link Code#USAGE} if nothing says which it is
     */
    Path ownFile() throws MatriarchException {
        if (config != null) return config;
        String named = surroundings.environment().getOrDefault("MATRIARCH_CONFIG", "");
        if (!named.isEmpty()) return Path.of(named);
        String home = System.getProperty("matriarch.home", "");
        if (!home.isEmpty()) return Path.of(home, "conf", "matriarch.yml");
        throw new MatriarchException(
                Code.USAGE, "it is not known where matriarch.yml belongs", "name it by --config");
    }

    /** Shows once, or under {@code --watch} until interrupted. */
    int show(View.Source source) throws MatriarchException {
        var out = surroundings.out();
        if (watchSeconds == null) {
            print(source.get());
            return 0;
        }
        if (watchSeconds < 1)
            throw new MatriarchException(
                    Code.USAGE,
                    "--watch: " + watchSeconds + " is too often",
                    "give 1 or more seconds");
        do {
            if (clears()) out.print("\033[H\033[2J");
            try {
                print(source.get());
            } catch (MatriarchException e) {
                // a member or a store that is away for a moment is what people watch for
                if (e.code() != Code.API_UNREACHABLE && e.code() != Code.DCS_UNREACHABLE) throw e;
                out.println(Plain.of(String.valueOf(e.getMessage())));
                if (!e.hint().isEmpty()) out.println("hint: " + Plain.of(e.hint()));
            }
            out.flush();
        } while (pause(Duration.ofSeconds(watchSeconds)));
        return 0;
    }

    /**
     * @throws MatriarchException {@link Code#USAGE} if {@code --watch} was given to what changes
     */
    void refuseWatch() throws MatriarchException {
        if (watchSeconds != null)
            throw new MatriarchException(
                    Code.USAGE,
                    "--watch is for looking, this command changes something",
                    "leave it out, and watch by: matriarchctl list --watch");
    }

    boolean pause(Duration time) throws MatriarchException {
        try {
            return surroundings.pause().waitFor(time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MatriarchException(Code.UNKNOWN_OUTCOME, "interrupted", "start it again", e);
        }
    }

    private boolean clears() {
        var console = System.console();
        return console != null && console.isTerminal() && !machineReadable();
    }

    void print(View view) {
        surroundings
                .out()
                .print(
                        switch (format) {
                            case TABLE -> Plain.of(view.text().get());
                            case JSON -> Documents.json(view.data());
                            case YAML -> Documents.yaml(view.data());
                        });
    }

    /** For people; programs that read our output are spared it. */
    void say(String line) {
        (machineReadable() ? surroundings.err() : surroundings.out()).println(Plain.of(line));
    }

    void warn(String line) {
        surroundings.err().println("matriarchctl: " + Plain.of(line));
    }
}
