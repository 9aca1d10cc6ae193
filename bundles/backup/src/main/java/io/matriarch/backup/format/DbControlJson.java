package io.matriarch.backup.format;

import io.matriarch.api.SystemId;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A cluster's five facts: as a section of their own, or as a line of {@code [db:history]}. */
final class DbControlJson {
    private final Map<String, String> facts = new HashMap<>();

    /** Takes a key of a section; passes over others. */
    void take(String key, JsonReader json) throws FormatException {
        switch (key) {
            case "db-catalog-version", "db-control-version", "db-id", "db-system-id" ->
                    facts.put(key, json.digits());
            case "db-version" -> facts.put(key, json.string());
            default -> json.skip();
        }
    }

    DbControl build() throws FormatException {
        return build(number("db-id"));
    }

    private DbControl build(int id) throws FormatException {
        return new DbControl(
                new DbIdentity(
                        id,
                        new SystemId(text("db-system-id")),
                        PgVersion.parse(text("db-version"))),
                number("db-control-version"),
                Long.parseLong(text("db-catalog-version")));
    }

    private int number(String key) throws FormatException {
        return Integer.parseInt(text(key));
    }

    private String text(String key) throws FormatException {
        @Nullable String value = facts.get(key);
        return Histories.required(key, value);
    }

    static DbControl history(InfoReader reader) throws FormatException {
        var json = reader.json();
        var facts = new DbControlJson();
        json.beginObject();
        for (var key = json.nextKey(); key != null; key = json.nextKey()) facts.take(key, json);
        return facts.build(Histories.id(reader.key()));
    }

    static String history(DbControl db) {
        return new JsonWriter()
                .beginObject()
                .key("db-catalog-version")
                .value(db.catalogVersion())
                .key("db-control-version")
                .value(db.controlVersion())
                .key("db-system-id")
                .raw(db.systemId().value())
                .key("db-version")
                .value(db.version().toString())
                .endObject()
                .toString();
    }

    static void write(InfoWriter writer, String section, DbControl db) throws IOException {
        writer.put(section, "db-catalog-version", Long.toString(db.catalogVersion()));
        writer.put(section, "db-control-version", Integer.toString(db.controlVersion()));
        writer.put(section, "db-id", Integer.toString(db.id()));
        writer.put(section, "db-system-id", db.systemId().value());
        writer.put(section, "db-version", JsonWriter.string(db.version().toString()));
    }
}
