package io.matriarch.cli.settings;

import io.matriarch.api.Code;
import io.matriarch.api.MatriarchException;
import io.matriarch.cli.core.ConfigPatch;
import io.matriarch.cli.core.Json;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * Takes from {@code matriarch.yml} (or a {@code patroni.yml}) the few keys this command needs, and
 * from the environment what overrides them.
 *
 * <p>The rest of the file is not judged here: a mistake in it must not keep anybody from looking at
 * the cluster or from switching over. {@code config check} judges.
 */
public final class SettingsReader {

    private static final Set<String> TRUE = Set.of("true", "on", "yes", "1");
    private static final Pattern ADDRESS = Pattern.compile("(.*):(\\d+)");

    private final Map<String, @Nullable Object> file;
    private final Map<String, String> environment;

    private SettingsReader(Map<String, @Nullable Object> file, Map<String, String> environment) {
        this.file = file;
        this.environment = environment;
    }

    /**
     * @param file empty if there is none
     * @throws MatriarchException {@link Code#CONFIG} if the file cannot be read as YAML
     */
    public static Settings read(Optional<Path> file, Map<String, String> environment)
            throws MatriarchException {
        Map<String, @Nullable Object> yaml = file.isPresent() ? load(file.get()) : Map.of();
        return new SettingsReader(yaml, environment).settings();
    }

    /** A directory stands for its YAML files by name, later ones over earlier ones. */
    private static Map<String, @Nullable Object> load(Path file) throws MatriarchException {
        try {
            if (!Files.isDirectory(file)) return parse(file);
            Map<String, @Nullable Object> merged = Map.of();
            try (var parts = Files.list(file)) {
                for (Path part : parts.sorted().toList())
                    if (part.toString().matches(".*\\.ya?ml"))
                        merged = ConfigPatch.apply(merged, parse(part));
            }
            return merged;
        } catch (NoSuchFileException e) {
            throw new MatriarchException(
                    Code.CONFIG,
                    file + " does not exist",
                    "name the configuration file by --config or MATRIARCH_CONFIG, or members by --url",
                    e);
        } catch (IOException e) {
            throw new MatriarchException(
                    Code.CONFIG,
                    "%s cannot be read: %s".formatted(file, e.getMessage()),
                    "it belongs to the user the agent runs as; run this as that user, or name"
                            + " members by --url",
                    e);
        }
    }

    private static Map<String, @Nullable Object> parse(Path file)
            throws IOException, MatriarchException {
        try {
            var settings = LoadSettings.builder().setLabel(file.toString()).build();
            return Json.object(new Load(settings).loadFromString(Files.readString(file)));
        } catch (YamlEngineException e) {
            throw new MatriarchException(
                    Code.CONFIG,
                    file + " is not YAML: " + e.getMessage(),
                    "correct it there; matriarchctl config check FILE tells more",
                    e);
        }
    }

    private Settings settings() throws MatriarchException {
        String user =
                firstOf(
                        text("ctl", "authentication", "username"),
                        text("restapi", "authentication", "username"));
        // user and password belong together: never one of ctl's and the other of restapi's
        String section = text("ctl", "authentication", "username").isEmpty() ? "restapi" : "ctl";
        return new Settings(
                urls(),
                Optional.of(firstOf(environment("MATRIARCHCTL_USERNAME"), user))
                        .filter(s -> !s.isEmpty()),
                Optional.of(
                                firstOf(
                                        environment("MATRIARCHCTL_PASSWORD"),
                                        text(section, "authentication", "password")))
                        .filter(s -> !s.isEmpty()),
                path(firstOf(text("ctl", "cacert"), text("restapi", "cafile"))),
                path(text("ctl", "certfile")),
                path(text("ctl", "keyfile")),
                Optional.of(text("ctl", "keyfile_password")).filter(s -> !s.isEmpty()),
                TRUE.contains(text("ctl", "insecure").toLowerCase(Locale.ROOT)),
                Optional.of(text("postgresql", "database")).filter(s -> !s.isEmpty()),
                path(text("postgresql", "bin_dir")));
    }

    private List<URI> urls() throws MatriarchException {
        var urls = new ArrayList<URI>();
        for (String url : environment("MATRIARCHCTL_URL").split("[,\\s]+", -1))
            if (!url.isEmpty()) urls.add(Settings.base(url, "MATRIARCHCTL_URL"));
        if (!urls.isEmpty()) return urls;
        String scheme = text("restapi", "certfile").isEmpty() ? "http" : "https";
        String address = text("restapi", "connect_address");
        if (address.isEmpty()) address = reachable(text("restapi", "listen"));
        return List.of(
                Settings.base(
                        scheme + "://" + (address.isEmpty() ? "127.0.0.1:8008" : address),
                        "restapi.connect_address"));
    }

    /** A wildcard is an address to listen on, not one to connect to. */
    private static String reachable(String listen) {
        var match = ADDRESS.matcher(listen);
        if (!match.matches()) return listen;
        String host = match.group(1).split(",", 2)[0];
        boolean wildcard = Set.of("", "*", "0.0.0.0", "::", "[::]").contains(host);
        return (wildcard ? "127.0.0.1" : host) + ":" + match.group(2);
    }

    /** The environment's value if there is one, as in Patroni: {@code PATRONI_RESTAPI_LISTEN}. */
    private String text(String section, String... keys) {
        String last = keys[keys.length - 1];
        String override =
                environment("PATRONI_%s_%s".formatted(section, last).toUpperCase(Locale.ROOT));
        if (!override.isEmpty()) return override;
        Map<String, @Nullable Object> object = Json.object(file.get(section));
        for (int i = 0; i < keys.length - 1; i++) object = Json.object(object.get(keys[i]));
        return Json.text(object, last);
    }

    private String environment(String name) {
        return environment.getOrDefault(name, "");
    }

    private static String firstOf(String first, String second) {
        return first.isEmpty() ? second : first;
    }

    private static Optional<Path> path(String text) {
        return text.isEmpty() ? Optional.empty() : Optional.of(Path.of(text));
    }
}
