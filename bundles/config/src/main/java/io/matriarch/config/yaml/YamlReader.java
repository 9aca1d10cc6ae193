package io.matriarch.config.yaml;

import io.matriarch.config.Problem;
import io.matriarch.config.core.Place;
import io.matriarch.config.core.Tree;
import io.matriarch.config.core.Tree.Fields;
import io.matriarch.config.core.Tree.Fields.Field;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * Reads YAML as people write it for Patroni: anchors, aliases and {@code <<} merges work, tags do
 * nothing, a key written twice is a problem.
 */
public final class YamlReader {
    private final String source;
    private final List<Problem> problems;

    private YamlReader(String source, List<Problem> problems) {
        this.source = source;
        this.problems = problems;
    }

    /**
     * @param source for messages: a file name
     * @param problems what is wrong is added here
     * @return empty fields if nothing could be read
     */
    public static Fields read(String source, String text, List<Problem> problems) {
        return switch (new YamlReader(source, problems).compose(text)) {
            case Fields fields -> fields;
            case Tree.Text scalar when scalar.isNull() -> new Fields(scalar.place(), Map.of());
            case Tree other -> {
                problems.add(
                        new Problem(
                                other.place(),
                                "",
                                "holds " + other.shown() + " where sections belong",
                                "Begin with lines such as scope: demo"));
                yield new Fields(other.place(), Map.of());
            }
        };
    }

    /** A value as an environment variable holds it: YAML, too. */
    public static Tree value(String source, String text, List<Problem> problems) {
        return new YamlReader(source, problems).compose(text);
    }

    private Tree compose(String text) {
        var nothing = new Tree.Text(new Place(source, 0), "", false);
        try {
            var settings =
                    LoadSettings.builder().setLabel(source).setAllowDuplicateKeys(true).build();
            return new Compose(settings).composeString(text).map(this::tree).orElse(nothing);
        } catch (MarkedYamlEngineException e) {
            int line = e.getProblemMark().map(mark -> mark.getLine() + 1).orElse(0);
            var context = e.getContext() == null ? "" : e.getContext() + ": ";
            problems.add(
                    new Problem(
                            new Place(source, line),
                            "",
                            "is not YAML: " + context + e.getProblem(),
                            "Look at the indentation, quotes and colons there and in the line above"));
        } catch (YamlEngineException e) {
            problems.add(
                    new Problem(new Place(source, 0), "", "is not YAML: " + e.getMessage(), ""));
        }
        return nothing;
    }

    private Place place(Node node) {
        return new Place(source, node.getStartMark().map(mark -> mark.getLine() + 1).orElse(0));
    }

    private Tree tree(Node node) {
        return switch (node) {
            case ScalarNode scalar ->
                    new Tree.Text(place(node), scalar.getValue(), !scalar.isPlain());
            case SequenceNode list -> {
                var items = new ArrayList<Tree>();
                for (var item : list.getValue()) items.add(tree(item));
                yield new Tree.Items(place(node), items);
            }
            case MappingNode mapping -> fields(mapping);
            default -> throw new IllegalStateException("unknown node " + node);
        };
    }

    private Fields fields(MappingNode mapping) {
        var own = new LinkedHashMap<String, Field>();
        var inherited = new LinkedHashMap<String, Field>();
        for (var tuple : mapping.getValue()) {
            var at = place(tuple.getKeyNode());
            if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
                problems.add(new Problem(at, "", "a key must be a text", ""));
                continue;
            }
            var value = tree(tuple.getValueNode());
            if (key.getValue().equals("<<") && key.isPlain()) inherit(value, inherited);
            else {
                var before = own.put(key.getValue(), new Field(at, value));
                if (before != null)
                    problems.add(
                            new Problem(
                                    at,
                                    key.getValue(),
                                    "is written twice, first in line " + before.at().line(),
                                    "Keep one of them"));
            }
        }
        inherited.putAll(own);
        return new Fields(place(mapping), inherited);
    }

    /** As YAML's merge key does: of several mappings the first wins. */
    private static void inherit(Tree value, Map<String, Field> inherited) {
        switch (value) {
            case Fields fields -> fields.fields().forEach(inherited::putIfAbsent);
            case Tree.Items list -> list.items().forEach(item -> inherit(item, inherited));
            case Tree.Text _ -> {}
        }
    }
}
