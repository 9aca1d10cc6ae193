package io.matriarch.config.core;

import io.matriarch.config.core.Key.Standing;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The schema as {@code docs/configuration.md}; a test compares the committed file with it. */
public final class Reference {
    private Reference() {}

    private static final String HEAD =
            """
            # Configuration reference

            <!-- Made from the schema in bundles/config: change it there, then run
                 mvn -pl bundles/config test -Dtest=ReferenceTest -Ddocs.update=true -->

            One file, `matriarch.yml`. Its failover part is Patroni's YAML: an existing `patroni.yml` that uses etcd 3 works
            as it is. Beside it there are sections of our own: `matriarch`, `security`, `monitor`, `backup`, `schedules`. `conf/matriarch.yml` of the installation is a
            commented sample; `matriarch check --config FILE` (or `matriarchctl config check FILE`) judges a file without
            starting anything. An unknown key, a wrong type or unit, a value out of range and combinations that cannot work
            are refused: all of them at once, each with file, line, value and what would be right (exit code 3).

            - Instead of a file a directory may be named: all `*.yml` and `*.yaml` files in it are read by name, and laid over
              each other section by section.
            - Environment variables `PATRONI_*` win over the file; the table names them. Lists may be YAML or separated by
              commas, mappings are YAML or JSON. If the file does not exist, `PATRONI_CONFIGURATION` may hold all of it.
            - `true`, `on`, `yes` and `1` mean the same, and so do their opposites. Numbers carry no unit unless the type says
              so; the unit they are in is in the table.
            - `[]` behind a name stands for each item of a list. A secret can lie in a file of its own where a key `..._file`
              says so; it is read when it is used, without the line's end.
            - What is under `bootstrap.dcs` is written into the store once, when the cluster is made, and is the same for all
              members from then on: change it by `matriarchctl edit-config`.
            - A reload (`matriarch reload`, SIGHUP, `POST /reload`) reads the file again. It cannot change `scope`, `name`,
              `namespace`, `postgresql.data_dir`, `matriarch.state_dir` and `matriarch.shell.listen`; a changed REST or JMX
              address is taken over.
            - The Gogo shell (`matriarch.shell.listen`) is off by default: whoever reaches it can do everything the agent can,
              and it asks for no password. Where it is needed, it listens on loopback only: `telnet 127.0.0.1 PORT`.

            """;

    public static String markdown(Schema schema) {
        var text = new StringBuilder(HEAD);
        var sections = new LinkedHashMap<String, List<Key>>();
        for (var key : schema.all())
            if (key.standing() == Standing.SUPPORTED || key.standing() == Standing.REFUSED_IF_ON)
                sections.computeIfAbsent(group(key), _ -> new ArrayList<>()).add(key);
        sections.forEach((name, keys) -> section(text, name, keys));
        others(text, schema);
        return text.toString();
    }

    private static String group(Key key) {
        var path = key.path();
        if (path.startsWith("bootstrap.dcs.")) return "bootstrap.dcs";
        if (path.startsWith("backup.repositories[].")) return "backup.repositories[]";
        int dot = path.indexOf('.');
        return dot < 0 ? "" : path.substring(0, dot);
    }

    private static void section(StringBuilder text, String name, List<Key> keys) {
        text.append(name.isEmpty() ? "## Top level" : "## `" + name + "`")
                .append("\n\n| key | type | default | meaning |\n|---|---|---|---|\n");
        for (var key : keys)
            text.append("| `")
                    .append(name.isEmpty() ? key.path() : key.path().substring(name.length() + 1))
                    .append("` | ")
                    .append(type(key))
                    .append(" | ")
                    .append(key.required() ? "**required**" : escaped(key.fallback()))
                    .append(" | ")
                    .append(escaped(key.description()))
                    .append(
                            key.standing() == Standing.REFUSED_IF_ON
                                    ? " Refused if on: " + key.note() + "."
                                    : "")
                    .append(environment(key))
                    .append(" |\n");
        text.append('\n');
    }

    private static String type(Key key) {
        var words = new StringBuilder(key.type().words());
        if (key.type() == Type.CHOICE) words = new StringBuilder();
        else if (!key.choices().isEmpty()) words.append(", ");
        words.append(String.join(", ", key.choices().stream().map(c -> "`" + c + "`").toList()));
        if (!key.unit().isEmpty() && key.type() != Type.TIME) words.append(", ").append(key.unit());
        if (key.min() != Long.MIN_VALUE && key.max() < 1_000_000)
            words.append(", ").append(key.min()).append(" to ").append(key.max());
        else if (key.min() >= 0 && key.type() != Type.TIME)
            words.append(", ").append(key.min()).append(" or more");
        return words.toString();
    }

    private static String environment(Key key) {
        var name = Environment.name(key.path());
        return name.isEmpty() ? "" : " (`" + name + "`)";
    }

    private static void others(StringBuilder text, Schema schema) {
        text.append("## Keys of Patroni that are accepted without effect\n\n");
        list(text, schema, Standing.IGNORED);
        text.append("\n## Keys of Patroni that are refused\n\n");
        list(text, schema, Standing.REFUSED);
    }

    private static void list(StringBuilder text, Schema schema, Standing standing) {
        var byNote = new LinkedHashMap<String, List<String>>();
        for (var key : schema.all())
            if (key.standing() == standing)
                byNote.computeIfAbsent(key.note(), _ -> new ArrayList<>())
                        .add("`" + key.path() + "`");
        for (Map.Entry<String, List<String>> entry : byNote.entrySet())
            text.append("- ")
                    .append(String.join(", ", entry.getValue()))
                    .append(": ")
                    .append(escaped(entry.getKey()))
                    .append('\n');
    }

    private static String escaped(String text) {
        return text.replace("|", "\\|");
    }
}
