package io.matriarch.config;

import io.matriarch.config.core.Checker;
import io.matriarch.config.core.CrossChecks;
import io.matriarch.config.core.Environment;
import io.matriarch.config.core.Key;
import io.matriarch.config.core.Nearest;
import io.matriarch.config.core.Place;
import io.matriarch.config.core.Schema;
import io.matriarch.config.core.Settings;
import io.matriarch.config.core.Tree;
import io.matriarch.config.core.Tree.Fields;
import io.matriarch.config.core.Type;
import io.matriarch.config.yaml.YamlReader;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * A configuration that passed every check.
 *
 * @param warnings what is accepted and has no effect, or other than people may expect
 */
public record Configuration(Settings settings, List<Problem> warnings) {
    public Configuration {
        warnings = List.copyOf(warnings);
    }

    /**
     * Reads a file, or all {@code *.yml} and {@code *.yaml} files of a directory by name, later
     * ones over earlier ones; over them the {@code PATRONI_*} variables of {@code environment}. If
     * the file does not exist, {@code PATRONI_CONFIGURATION} is read instead and then the other
     * variables are ignored, as Patroni does.
     *
     * @throws ConfigurationException names every problem
     */
    public static Configuration read(Path file, Map<String, String> environment)
            throws ConfigurationException {
        return read(file, environment, List.of());
    }

    /**
     * @param reserved directories of the installation, where no data directory may lie
     * @see #read(Path, Map)
     */
    public static Configuration read(
            Path file, Map<String, String> environment, List<Path> reserved)
            throws ConfigurationException {
        var problems = new ArrayList<Problem>();
        var warnings = new ArrayList<Problem>();
        var whole = environment.get(Environment.WHOLE);
        Fields document;
        if (whole != null && !Files.exists(file))
            document = YamlReader.read(Environment.WHOLE, whole, problems);
        else document = overridden(document(file, problems), environment, problems, warnings);
        // Complaining about missing keys of a file that could not be read would only hide why.
        if (!problems.isEmpty() && document.fields().isEmpty())
            throw new ConfigurationException(problems);
        var checked = Checker.check(Schema.CURRENT, document);
        problems.addAll(checked.problems());
        warnings.addAll(checked.warnings());
        problems.addAll(
                CrossChecks.check(
                        checked.settings(),
                        reserved.stream().map(Path::toString).toList(),
                        Configuration::trouble));
        if (!problems.isEmpty())
            throw new ConfigurationException(
                    problems.stream()
                            .distinct()
                            .sorted(Comparator.comparing(Problem::place))
                            .toList());
        return new Configuration(checked.settings(), warnings);
    }

    private static Fields document(Path file, List<Problem> problems) {
        var document = new Fields(new Place(file.toString(), 0), Map.of());
        for (var part : parts(file, problems)) {
            try {
                document =
                        document.merge(
                                YamlReader.read(part.toString(), Files.readString(part), problems));
            } catch (NoSuchFileException e) {
                problems.add(unreadable(part, "does not exist", "Name the file by --config FILE"));
            } catch (MalformedInputException e) {
                problems.add(unreadable(part, "is not UTF-8 text", "Save it as UTF-8"));
            } catch (IOException e) {
                problems.add(
                        unreadable(
                                part,
                                "cannot be read: " + e.getMessage(),
                                "It must be readable by the user the agent runs as"));
            }
        }
        return document;
    }

    private static List<Path> parts(Path file, List<Problem> problems) {
        if (!Files.isDirectory(file)) return List.of(file);
        try (var list = Files.list(file)) {
            var parts =
                    list.filter(part -> part.toString().matches(".*\\.ya?ml")).sorted().toList();
            if (parts.isEmpty())
                problems.add(unreadable(file, "holds no *.yml or *.yaml file", "Put one there"));
            return parts;
        } catch (IOException e) {
            problems.add(unreadable(file, "cannot be listed: " + e.getMessage(), ""));
            return List.of();
        }
    }

    private static Problem unreadable(Path file, String message, String hint) {
        return new Problem(new Place(file.toString(), 0), "", message, hint);
    }

    private static Fields overridden(
            Fields document,
            Map<String, String> environment,
            List<Problem> problems,
            List<Problem> warnings) {
        var known = Environment.variables(Schema.CURRENT);
        for (var variable : new TreeMap<>(environment).entrySet()) {
            var name = variable.getKey();
            if (!Environment.ours(name)) continue;
            var key = known.get(name);
            var binary = Environment.binary(name);
            if (key != null)
                document =
                        document.with(key.path(), value(key, name, variable.getValue(), problems));
            else if (!binary.isEmpty())
                document =
                        document.with(
                                binary,
                                new Tree.Text(new Place(name, 0), variable.getValue(), true));
            else warnings.add(unknownVariable(name, known.keySet()));
        }
        return document;
    }

    private static Tree value(Key key, String name, String text, List<Problem> problems) {
        return switch (key.type()) {
            case SCALARS, MAP, LIST, OPTIONS, LINES -> YamlReader.value(name, text, problems);
            case TEXTS ->
                    text.strip().startsWith("[") || text.strip().startsWith("- ")
                            ? YamlReader.value(name, text, problems)
                            : new Tree.Text(new Place(name, 0), text, true);
            case TEXT, SECRET, INT, TIME, SIZE, BOOL, MODE, CHOICE, ADDRESS, LISTEN, FILE, PATH ->
                    new Tree.Text(new Place(name, 0), text, key.type() != Type.BOOL);
        };
    }

    private static Problem unknownVariable(String name, Set<String> known) {
        return new Problem(
                new Place(name, 0),
                "",
                "is not a variable Matriarch knows",
                Nearest.to(name, known).map(near -> "Did you mean " + near + "?").orElse(""));
    }

    private static String trouble(String name) {
        var file = Path.of(name);
        if (!Files.exists(file)) return "does not exist";
        if (!Files.isRegularFile(file)) return "is not a file";
        return Files.isReadable(file) ? "" : "cannot be read by this user";
    }
}
