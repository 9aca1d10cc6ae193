package io.matriarch.cli.command;

import io.matriarch.api.Code;
import io.matriarch.api.MatriarchException;
import io.matriarch.cli.core.ConfigPatch;
import io.matriarch.cli.core.TextDiff;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "edit-config",
        description = {
            "Change the cluster's dynamic configuration: in $EDITOR, or by the options.",
            "The difference is shown before anything is sent."
        })
final class EditConfigCommand implements Callable<Integer> {

    private final Root root;

    @Option(
            names = {"-s", "--set"},
            paramLabel = "KEY=VALUE",
            description =
                    "Set one value, such as ttl=5; null removes. Dots lead into objects; may be repeated.")
    private List<String> set = new ArrayList<>();

    @Option(
            names = {"-p", "--pg"},
            paramLabel = "NAME=VALUE",
            description =
                    "Set one parameter of PostgreSQL, such as max_connections=200; may be repeated.")
    private List<String> parameters = new ArrayList<>();

    @Option(
            names = "--apply",
            paramLabel = "FILE",
            description = "Merge a YAML file in; null removes. - is standard input.")
    private @Nullable String apply;

    @Option(
            names = "--replace",
            paramLabel = "FILE",
            description = "Replace the whole by a YAML file. - is standard input.")
    private @Nullable String replace;

    EditConfigCommand(Root root) {
        this.root = root;
    }

    @Override
    public Integer call() throws MatriarchException {
        var before = root.session().config();
        boolean whole = replace != null;
        if (whole && (apply != null || !set.isEmpty() || !parameters.isEmpty()))
            throw new MatriarchException(
                    Code.USAGE, "--replace goes with no other change", "give it alone");
        Map<String, @Nullable Object> after = replace != null ? file(replace) : changed(before);
        var difference = TextDiff.of(Documents.yaml(before), Documents.yaml(after));
        if (difference.isEmpty()) {
            root.say("nothing is changed");
            return 0;
        }
        difference.forEach(root.surroundings().err()::println);
        Confirmation.ask(root, whole ? "Replace the configuration?" : "Apply these changes?");
        send(whole, after, ConfigPatch.between(before, after));
        return 0;
    }

    /**
     * A patch is sent rather than the whole: what somebody else changes meanwhile then stays, and
     * the member compares and sets.
     */
    private void send(
            boolean whole, Map<String, @Nullable Object> after, Map<String, @Nullable Object> patch)
            throws MatriarchException {
        var session = root.session();
        String said =
                session.change(
                        session.api(),
                        "edit-config",
                        whole ? "PUT" : "PATCH",
                        "/config",
                        whole ? after : patch,
                        Session.SOON);
        root.say(root.dryRun() ? said : "configuration changed");
    }

    private Map<String, @Nullable Object> changed(Map<String, @Nullable Object> before)
            throws MatriarchException {
        if (apply == null && set.isEmpty() && parameters.isEmpty()) return edited(before);
        Map<String, @Nullable Object> patch = apply == null ? Map.of() : file(apply);
        for (String pair : set) patch = ConfigPatch.join(patch, setting("--set", "", pair));
        for (String pair : parameters)
            patch = ConfigPatch.join(patch, setting("--pg", "postgresql.parameters.", pair));
        return ConfigPatch.apply(before, patch);
    }

    private static Map<String, @Nullable Object> setting(String option, String prefix, String pair)
            throws MatriarchException {
        int equals = pair.indexOf('=');
        if (equals < 1)
            throw new MatriarchException(
                    Code.USAGE,
                    "%s: \"%s\" sets nothing".formatted(option, pair),
                    "write KEY=VALUE, or KEY=null to remove");
        String key = pair.substring(0, equals).trim();
        Object value = Documents.read(pair.substring(equals + 1), option + " " + key);
        // a parameter's name may hold a dot of its own (auto_explain.log_min_duration)
        if (!prefix.isEmpty())
            return ConfigPatch.set(
                    "postgresql.parameters", value == null ? nothing(key) : Map.of(key, value));
        return ConfigPatch.set(key, value);
    }

    private static Map<String, @Nullable Object> nothing(String key) {
        var map = new java.util.LinkedHashMap<String, @Nullable Object>();
        map.put(key, null);
        return map;
    }

    private Map<String, @Nullable Object> file(String name) throws MatriarchException {
        try {
            String text =
                    name.equals("-")
                            ? String.join("\n", root.surroundings().in().lines().toList())
                            : Files.readString(Path.of(name));
            return Documents.readObject(text, name);
        } catch (IOException e) {
            throw new MatriarchException(
                    Code.USAGE,
                    "%s cannot be read: %s".formatted(name, e.getMessage()),
                    "name a YAML file",
                    e);
        }
    }

    private Map<String, @Nullable Object> edited(Map<String, @Nullable Object> before)
            throws MatriarchException {
        try {
            Path draft = Files.createTempFile("matriarch-config-", ".yml");
            try {
                Files.writeString(draft, Documents.yaml(before));
                edit(draft);
                return Documents.readObject(Files.readString(draft), "the edited configuration");
            } finally {
                Files.delete(draft);
            }
        } catch (IOException e) {
            throw new MatriarchException(
                    Code.USAGE,
                    "the editor cannot be used: " + e.getMessage(),
                    "set EDITOR to one that is installed, or use --set, --pg or --apply",
                    e);
        }
    }

    private void edit(Path draft) throws IOException, MatriarchException {
        var environment = root.surroundings().environment();
        String editor =
                environment.getOrDefault("VISUAL", environment.getOrDefault("EDITOR", "vi"));
        var command = new ArrayList<>(List.of(editor.trim().split(" +", -1)));
        command.add(draft.toString());
        try {
            int status = root.surroundings().programs().run(command);
            if (status != 0)
                throw new MatriarchException(
                        Code.REFUSED,
                        "%s ended with status %d; nothing was done".formatted(editor, status),
                        "leave the editor in the ordinary way to go on");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MatriarchException(
                    Code.REFUSED, "interrupted; nothing was done", "start again", e);
        }
    }
}
