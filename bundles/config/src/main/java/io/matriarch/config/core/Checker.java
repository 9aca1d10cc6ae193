package io.matriarch.config.core;

import io.matriarch.config.Problem;
import io.matriarch.config.core.Tree.Fields;
import io.matriarch.config.core.Tree.Items;
import io.matriarch.config.core.Tree.Text;
import io.matriarch.config.core.Values.Read;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Walks a document beside the schema and collects every problem on the way, not only the first. */
public final class Checker {
    private final Schema schema;
    private final List<Problem> problems = new ArrayList<>();
    private final List<Problem> warnings = new ArrayList<>();
    private final Map<String, Place> places = new LinkedHashMap<>();

    private Checker(Schema schema) {
        this.schema = schema;
    }

    /**
     * What a check found.
     *
     * @param settings what was good; complete only if there are no problems
     */
    public record Checked(Settings settings, List<Problem> problems, List<Problem> warnings) {}

    public static Checked check(Schema schema, Fields document) {
        var checker = new Checker(schema);
        checker.places.put("", document.place());
        var values = checker.section(schema.root(), document, "");
        var settings = new Settings(values, checker.places);
        for (var key : schema.all())
            if (key.required())
                for (var path : settings.expand(key.path()))
                    if (!checker.places.containsKey(path))
                        checker.problems.add(
                                new Problem(
                                        settings.place(path),
                                        path,
                                        "is missing",
                                        key.description()));
        return new Checked(settings, checker.problems, checker.warnings);
    }

    private Map<String, Object> section(Schema.Node node, Fields fields, String prefix) {
        var values = new LinkedHashMap<String, Object>();
        fields.fields()
                .forEach((name, field) -> {
                    var path = prefix + name;
                    // A tool may have asked for a tag or logger with dots in its name.
                    var child =
                            node.child(name)
                                    .or(() -> node.method().filter(_ -> isMethod(fields, name)));
                    if (child.isEmpty()) unknown(node, field, path, name);
                    else child(child.get(), field, path, name, values);
                });
        return values;
    }

    /** It is asked for beside, or it says what to run: so a misspelt key is no method. */
    private static boolean isMethod(Fields fields, String name) {
        var field = fields.fields().get(name);
        boolean runs =
                field != null
                        && field.value() instanceof Fields section
                        && section.fields().containsKey("command");
        return runs
                || named(fields, "method").contains(name)
                || named(fields, "create_replica_methods").contains(name);
    }

    private static List<String> named(Fields fields, String key) {
        var field = fields.fields().get(key);
        if (field == null) return List.of();
        return switch (field.value()) {
            case Text one -> List.of(one.text().strip().split("\\s*,\\s*"));
            case Items list -> list.items().stream().map(Tree::plain).map(String::valueOf).toList();
            case Fields _ -> List.of();
        };
    }

    private void child(
            Schema.Node node,
            Fields.Field field,
            String path,
            String name,
            Map<String, Object> values) {
        var key = node.key();
        if (key.isPresent()) {
            if (empty(field.value())) return;
            value(key.get(), field, path, name, values);
        } else if (node.isList()) {
            list(node, field, path, name, values);
        } else if (field.value() instanceof Fields inner) {
            places.put(path, field.at());
            values.put(name, section(node, inner, path + "."));
        } else if (empty(field.value())) {
            places.put(path, field.at());
            values.put(name, Map.of());
        } else {
            problems.add(
                    new Problem(
                            field.at(),
                            path,
                            field.value().shown() + " where a section belongs",
                            "Its keys: " + String.join(", ", node.names())));
        }
    }

    private void list(
            Schema.Node node,
            Fields.Field field,
            String path,
            String name,
            Map<String, Object> values) {
        places.put(path, field.at());
        if (empty(field.value())) return;
        if (!(field.value() instanceof Items items)) {
            var keys = String.join(", ", node.names());
            problems.add(
                    new Problem(
                            field.at(),
                            path,
                            field.value().shown() + " where a list belongs",
                            "Begin each item with a dash; its keys: " + keys));
            return;
        }
        var sections = new ArrayList<Map<String, Object>>();
        for (var item : items.items()) {
            var at = path + "[" + sections.size() + "]";
            places.put(at, item.place());
            if (!(item instanceof Fields))
                problems.add(
                        new Problem(
                                item.place(),
                                at,
                                item.shown() + " where a section belongs",
                                "Its keys: " + String.join(", ", node.names())));
            sections.add(item instanceof Fields inner ? section(node, inner, at + ".") : Map.of());
        }
        values.put(name, sections);
    }

    private void value(
            Key key, Fields.Field field, String path, String name, Map<String, Object> values) {
        switch (key.standing()) {
            case IGNORED -> {
                warnings.add(new Problem(field.at(), path, "has no effect", key.note()));
                return;
            }
            case REFUSED -> {
                problems.add(new Problem(field.at(), path, "is not supported", key.note()));
                return;
            }
            case SUPPORTED, REFUSED_IF_ON -> {}
        }
        places.put(path, field.at());
        switch (Values.read(key, field.value())) {
            case Read.Bad(var message, var hint) ->
                    problems.add(new Problem(field.at(), path, message, hint));
            case Read.Good(var value)
                    when key.standing() == Key.Standing.REFUSED_IF_ON && on(value) ->
                    problems.add(
                            new Problem(
                                    field.at(),
                                    path,
                                    field.value().shown() + " is not supported",
                                    key.note()));
            case Read.Good(var value) -> values.put(name, value);
        }
    }

    private static boolean on(Object value) {
        return switch (value) {
            case Boolean flag -> flag;
            case Map<?, ?> map -> !map.isEmpty();
            case String text -> !text.equalsIgnoreCase("off");
            default -> true;
        };
    }

    private static boolean empty(Tree tree) {
        return tree instanceof Text scalar && scalar.isNull();
    }

    private void unknown(Schema.Node node, Fields.Field field, String path, String name) {
        var shown =
                field.value() instanceof Text && !nearSecrets(node, name)
                        ? " = " + field.value().shown()
                        : "";
        var hint =
                Nearest.to(name, node.names())
                        .map(near -> "Did you mean " + near + "?")
                        .or(() ->
                                schema.elsewhere(name).map(other -> "Did you mean " + other + "?"))
                        .orElse("Known here: " + String.join(", ", node.names()));
        problems.add(new Problem(field.at(), path, "unknown key" + shown, hint));
    }

    /** A misspelt password must not end up in a log. */
    private static boolean nearSecrets(Schema.Node node, String name) {
        return name.contains("pass")
                || name.contains("secret")
                || node.names().stream()
                        .flatMap(sibling -> node.child(sibling).stream())
                        .flatMap(sibling -> sibling.key().stream())
                        .anyMatch(key ->
                                key.type() == Type.SECRET
                                        && Nearest.distance(name, key.name()) < 4);
    }
}
