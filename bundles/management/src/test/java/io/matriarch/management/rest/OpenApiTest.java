package io.matriarch.management.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.management.core.Field;
import io.matriarch.management.core.Identity;
import io.matriarch.management.core.Json;
import io.matriarch.management.core.Refused;
import io.matriarch.management.core.Route;
import io.matriarch.management.fake.FakeBundles;
import io.matriarch.management.fake.FakeNeighbours;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

@DisplayName("openapi.json")
class OpenApiTest {
    private final Map<String, Object> document = read();

    private static Map<String, Object> read() {
        try {
            return Json.object(Handlers.openApi());
        } catch (Refused e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void describesEveryRouteAndNoOther() {
        var described = new ArrayList<String>();
        object(document, "paths")
                .forEach((path, methods) ->
                        ((Map<?, ?>) methods)
                                .keySet()
                                .forEach(method ->
                                        described.add(
                                                method.toString().toUpperCase(Locale.ROOT)
                                                        + " "
                                                        + path)));
        assertThat(described)
                .containsExactlyInAnyOrderElementsOf(
                        Arrays.stream(Route.values())
                                .map(r -> r.method() + " " + r.path())
                                .toList());
    }

    @ParameterizedTest
    @EnumSource(Route.class)
    void describesEveryFieldOfARoute(Route route) {
        var described = fields(route);
        assertThat(described.keySet())
                .containsExactlyInAnyOrderElementsOf(
                        route.fields().stream().map(Field::name).toList());
        for (Field field : route.fields()) {
            var schema = described.get(field.name());
            assertThat(schema.get("type")).as(field.name()).isEqualTo(typeOf(field));
            if (field.type() == Field.Type.INSTANT)
                assertThat(schema).as(field.name()).containsEntry("format", "date-time");
            if (field.type() == Field.Type.INTEGER)
                assertThat(schema)
                        .as(field.name())
                        .containsEntry("minimum", (int) field.min())
                        .containsEntry("maximum", (int) field.max());
        }
    }

    @ParameterizedTest
    @EnumSource(Route.class)
    void marksTheSameFieldsAsRequired(Route route) {
        if (!route.changes()) return;
        var body = bodySchema(route);
        Object required = body.get("required");
        assertThat(required == null ? List.of() : (List<?>) required)
                .isEqualTo(
                        route.fields().stream().filter(Field::required).map(Field::name).toList());
    }

    @ParameterizedTest
    @EnumSource(
            value = Route.class,
            names = {
                "NODE",
                "WHOAMI",
                "REPLICATION",
                "SESSIONS",
                "CLUSTER",
                "DECISIONS",
                "STORE",
                "BUNDLES",
                "SCHEDULES",
                "EVENTS",
                "HEALTH",
                "SERIES",
                "JOBS",
                "WAL",
                "DIVERGED_WAL",
                "BACKUPS",
                "BACKUP_EXPIRY",
                "RESTORES",
                "ALERTS",
                "ALERT_HISTORY",
                "ALERT_RULES",
                "SILENCES",
                "AUDIT",
                "PAUSE"
            })
    void describesWhatIsReallyAnswered(Route route) {
        var servlet =
                new ApiServlet(
                        new Handlers(
                                new FakeNeighbours(),
                                new FakeBundles(),
                                () -> new Identity("main", "n1", "0.1.0"),
                                InstantSource.system()));
        var answer = new Exchange(route.method(), route.path()).through(servlet).json();
        var schema =
                object(object(response(route, "200"), "content", "application/json"), "schema");
        conforms(route.path(), answer, schema);
    }

    @ParameterizedTest
    @EnumSource(value = Route.class, mode = Mode.EXCLUDE, names = "OPENAPI")
    void saysSomethingOfEveryRoute(Route route) {
        assertThat(operation(route).get("summary").toString()).isNotBlank();
    }

    /** Every field of the schema is there with its type, and no other. */
    private void conforms(String where, Object value, Map<String, Object> schema) {
        var resolved = resolve(schema);
        Object type = resolved.get("type");
        var types = type instanceof List<?> several ? List.copyOf(several) : List.of(type);
        assertThat(types.contains(jsonType(value))).as("%s is of type %s", where, types).isTrue();
        if (value instanceof List<?> list)
            list.forEach(each -> conforms(where + "[]", each, object(resolved, "items")));
        if (value instanceof Map<?, ?> map && resolved.containsKey("properties")) {
            var properties = object(resolved, "properties");
            assertThat(map.keySet()).as(where).isEqualTo(properties.keySet());
            map.forEach((name, each) ->
                    conforms(where + "." + name, each, object(properties, name.toString())));
        }
    }

    private static String jsonType(Object value) {
        return switch (value) {
            case null -> "null";
            case String _ -> "string";
            case Boolean _ -> "boolean";
            case Double _ -> "number";
            case Number _ -> "integer";
            case List<?> _ -> "array";
            default -> "object";
        };
    }

    private static String typeOf(Field field) {
        return switch (field.type()) {
            case TEXT, INSTANT -> "string";
            case FLAG -> "boolean";
            case INTEGER -> "integer";
        };
    }

    private Map<String, Map<String, Object>> fields(Route route) {
        var fields = new java.util.HashMap<String, Map<String, Object>>();
        if (route.changes()) {
            var body = bodySchema(route);
            if (body.containsKey("properties"))
                object(body, "properties")
                        .forEach((name, _) -> fields.put(name, object(body, "properties", name)));
            if (!body.isEmpty())
                assertThat(body).as("unknown fields").containsEntry("additionalProperties", false);
        } else if (operation(route).get("parameters") instanceof List<?> parameters)
            for (Object parameter : parameters) {
                var map = cast(parameter);
                if (map.get("in").equals("path")) continue;
                fields.put(map.get("name").toString(), object(map, "schema"));
            }
        return fields;
    }

    private Map<String, Object> bodySchema(Route route) {
        return operation(route).containsKey("requestBody")
                ? object(operation(route), "requestBody", "content", "application/json", "schema")
                : Map.of();
    }

    private Map<String, Object> response(Route route, String status) {
        return resolve(object(operation(route), "responses", status));
    }

    private Map<String, Object> operation(Route route) {
        return object(document, "paths", route.path(), route.method().toLowerCase(Locale.ROOT));
    }

    private Map<String, Object> resolve(Map<String, Object> schema) {
        if (!(schema.get("$ref") instanceof String ref)) return schema;
        return object(document, ref.substring(2).split("/"));
    }

    private static Map<String, Object> object(Map<String, Object> from, String... names) {
        var at = from;
        for (String name : names) {
            assertThat(at).containsKey(name);
            at = cast(at.get(name));
        }
        return at;
    }

    @SuppressWarnings("unchecked") // JSON objects are made with text keys only
    private static Map<String, Object> cast(Object value) {
        return (Map<String, Object>) value;
    }
}
