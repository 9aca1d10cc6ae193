package io.matriarch.cli.command;

import com.fasterxml.jackson.jr.ob.JSON;
import io.matriarch.api.Code;
import io.matriarch.api.MatriarchException;
import io.matriarch.cli.core.Json;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/** Data as JSON and YAML text. */
final class Documents {

    private Documents() {}

    static String json(@Nullable Object data) {
        return text(data, true) + "\n";
    }

    static String compactJson(@Nullable Object data) {
        return text(data, false);
    }

    private static String text(@Nullable Object data, boolean pretty) {
        try {
            var json = JSON.std.with(JSON.Feature.WRITE_NULL_PROPERTIES);
            return (pretty ? json.with(JSON.Feature.PRETTY_PRINT_OUTPUT) : json).asString(data);
        } catch (IOException e) {
            throw new IllegalStateException("cannot be JSON: " + data, e);
        }
    }

    static String yaml(@Nullable Object data) {
        var settings =
                DumpSettings.builder().setDefaultFlowStyle(FlowStyle.BLOCK).setIndent(2).build();
        return new Dump(settings).dumpToString(data);
    }

    /**
     * Reads YAML, of which JSON is a part.
     *
     * @param place names it in errors
     * @throws MatriarchException {@link Code#USAGE} if it is not YAML
     */
    static @Nullable Object read(String yaml, String place) throws MatriarchException {
        try {
            return new Load(LoadSettings.builder().setLabel(place).build()).loadFromString(yaml);
        } catch (YamlEngineException e) {
            throw new MatriarchException(
                    Code.USAGE,
                    "%s is not YAML: %s".formatted(place, e.getMessage()),
                    "correct it",
                    e);
        }
    }

    /** As {@link #read}, and it must be an object; nothing at all counts as an empty one. */
    static Map<String, @Nullable Object> readObject(String yaml, String place)
            throws MatriarchException {
        Object value = read(yaml, place);
        if (value == null) return Map.of();
        if (value instanceof Map<?, ?>) return Json.object(value);
        throw new MatriarchException(
                Code.USAGE,
                place + " is not a list of keys and values",
                "write it as KEY: VALUE lines");
    }
}
