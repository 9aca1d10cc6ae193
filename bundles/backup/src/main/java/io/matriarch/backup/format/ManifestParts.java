package io.matriarch.backup.format;

import io.matriarch.api.Lsn;
import io.matriarch.backup.codec.Compression;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Gathers a manifest's sections, in whatever order they come. */
final class ManifestParts {
    private final Map<String, String> backup = new HashMap<>();
    private final Map<String, String> options = new HashMap<>();
    private final DbControlJson db = new DbControlJson();
    private final TreeMap<String, Manifest.Target> targets = new TreeMap<>(Utf8Order.INSTANCE);
    private final TreeMap<String, Manifest.Database> databases = new TreeMap<>(Utf8Order.INSTANCE);
    private final TreeMap<String, String> annotations = new TreeMap<>(Utf8Order.INSTANCE);
    private final TreeMap<String, Manifest.Link> links = new TreeMap<>(Utf8Order.INSTANCE);
    private final TreeMap<String, Attributes> paths = new TreeMap<>(Utf8Order.INSTANCE);
    private final TreeSet<Label> referred = new TreeSet<>();
    private @Nullable Label lastReferred;
    private @Nullable String cipherPass;
    private Attributes fileDefault = Attributes.AS_DEFAULT;
    private Attributes linkDefault = Attributes.AS_DEFAULT;
    private Attributes pathDefault = Attributes.AS_DEFAULT;

    void take(String section, String key, JsonReader json) throws FormatException {
        switch (section) {
            case "backup" -> backup.put(key, json.raw());
            case "backup:db" -> db.take(key, json);
            case "backup:option" -> options.put(key, json.raw());
            case "backup:target" -> targets.put(key, target(json));
            case "cipher" -> {
                if (key.equals("cipher-pass")) cipherPass = json.string();
            }
            case "db" -> databases.put(key, database(json));
            case "metadata" -> {
                if (key.equals("annotation")) annotations(json);
            }
            case "target:file:default" -> fileDefault = with(fileDefault, key, json);
            case "target:link" -> links.put(key, link(json));
            case "target:link:default" -> linkDefault = with(linkDefault, key, json);
            case "target:path" -> paths.put(key, attributes(json));
            case "target:path:default" -> pathDefault = with(pathDefault, key, json);
            default -> {} // of a newer version, or somebody's own
        }
    }

    void refer(@Nullable Label label) {
        if (label == null || label == lastReferred) return; // labels of one reader are shared
        lastReferred = label;
        referred.add(label);
    }

    private static Manifest.Target target(JsonReader json) throws FormatException {
        var texts = new HashMap<String, String>();
        json.beginObject();
        for (var key = json.nextKey(); key != null; key = json.nextKey())
            switch (key) {
                case "file", "path", "tablespace-id", "tablespace-name", "type" ->
                        texts.put(key, json.string());
                default -> json.skip();
            }
        var oid = texts.get("tablespace-id");
        return new Manifest.Target(
                Histories.required("path", texts.get("path")),
                Histories.required("type", texts.get("type")).equals("link"),
                Optional.ofNullable(texts.get("file")),
                oid == null
                        ? Optional.empty()
                        : Optional.of(
                                new Manifest.Tablespace(
                                        oid,
                                        Histories.required(
                                                "tablespace-name", texts.get("tablespace-name")))));
    }

    private static Manifest.Database database(JsonReader json) throws FormatException {
        long oid = -1;
        long last = -1;
        json.beginObject();
        for (var key = json.nextKey(); key != null; key = json.nextKey())
            switch (key) {
                case "db-id" -> oid = json.number();
                case "db-last-system-id" -> last = json.number();
                default -> json.skip();
            }
        if (oid < 0) throw Histories.missing("db-id");
        if (last < 0) throw Histories.missing("db-last-system-id");
        return new Manifest.Database(oid, last);
    }

    private void annotations(JsonReader json) throws FormatException {
        json.beginObject();
        for (var key = json.nextKey(); key != null; key = json.nextKey())
            annotations.put(key, json.string());
    }

    private static Manifest.Link link(JsonReader json) throws FormatException {
        String destination = null;
        var owner = Attributes.AS_DEFAULT;
        json.beginObject();
        for (var key = json.nextKey(); key != null; key = json.nextKey()) {
            if (key.equals("destination")) destination = json.string();
            else owner = with(owner, key, json);
        }
        return new Manifest.Link(Histories.required("destination", destination), owner);
    }

    private static Attributes attributes(JsonReader json) throws FormatException {
        var attributes = Attributes.AS_DEFAULT;
        json.beginObject();
        for (var key = json.nextKey(); key != null; key = json.nextKey())
            attributes = with(attributes, key, json);
        return attributes;
    }

    private static Attributes with(Attributes a, String key, JsonReader json)
            throws FormatException {
        return switch (key) {
            case "group" -> new Attributes(a.user(), Attributes.name(json), a.mode());
            case "mode" -> new Attributes(a.user(), a.group(), json.string());
            case "user" -> new Attributes(Attributes.name(json), a.group(), a.mode());
            default -> {
                json.skip();
                yield a;
            }
        };
    }

    Manifest build(String version) throws FormatException {
        return new Manifest(
                version,
                backup(),
                db.build(),
                options(),
                targets,
                Optional.ofNullable(cipherPass),
                databases,
                annotations,
                fileDefault,
                links,
                linkDefault,
                paths,
                pathDefault);
    }

    private ManifestBackup backup() throws FormatException {
        var label =
                new Label(
                        Histories.required(
                                "backup-label", text(backup, "backup-label").orElse(null)));
        return new ManifestBackup(
                label,
                BackupType.parse(
                        Histories.required(
                                "backup-type", text(backup, "backup-type").orElse(null))),
                text(backup, "backup-prior").map(Label::new),
                references(label),
                text(backup, "backup-archive-start").map(WalSegment::parse),
                text(backup, "backup-archive-stop").map(WalSegment::parse),
                text(backup, "backup-lsn-start").map(Lsn::parse),
                text(backup, "backup-lsn-stop").map(Lsn::parse),
                time("backup-timestamp-start")
                        .orElseThrow(() -> Histories.missing("backup-timestamp-start")),
                time("backup-timestamp-copy-start"),
                time("backup-timestamp-stop"),
                flag(backup, "backup-bundle").orElse(false),
                flag(backup, "backup-bundle-raw").orElse(false),
                flag(backup, "backup-block-incr").orElse(false));
    }

    /** Before 2.42 nobody wrote the list; those backups have no block maps that count in it. */
    private List<Label> references(Label own) throws FormatException {
        var written = text(backup, "backup-reference");
        if (written.isPresent())
            return Arrays.stream(written.get().split(",")).map(Label::new).toList();
        var found = new ArrayList<>(referred);
        found.add(own);
        return found;
    }

    private ManifestOptions options() throws FormatException {
        return new ManifestOptions(
                required("option-archive-check"),
                required("option-archive-copy"),
                flag(options, "option-backup-standby"),
                number("option-buffer-size"),
                flag(options, "option-checksum-page"),
                compression(),
                number("option-compress-level"),
                number("option-compress-level-network"),
                flag(options, "option-delta"),
                required("option-hardlink"),
                required("option-online"),
                number("option-process-max"));
    }

    /** Before there was a choice, compressed meant gz. */
    private Compression compression() throws FormatException {
        var type = text(options, "option-compress-type");
        if (type.isEmpty())
            return flag(options, "option-compress").orElse(false)
                    ? Compression.GZ
                    : Compression.NONE;
        return Compression.of(type.get())
                .orElseThrow(() ->
                        new FormatException(
                                "option-compress-type \"" + type.get() + "\" is unknown",
                                "expected none, gz, bz2, lz4 or zst"));
    }

    private boolean required(String key) throws FormatException {
        return flag(options, key).orElseThrow(() -> Histories.missing(key));
    }

    private static Optional<String> text(Map<String, String> section, String key)
            throws FormatException {
        @Nullable JsonReader json = present(section, key);
        return json == null ? Optional.empty() : Optional.of(json.string());
    }

    private static Optional<Boolean> flag(Map<String, String> section, String key)
            throws FormatException {
        @Nullable JsonReader json = present(section, key);
        return json == null ? Optional.empty() : Optional.of(json.bool());
    }

    private OptionalInt number(String key) throws FormatException {
        @Nullable JsonReader json = present(options, key);
        return json == null ? OptionalInt.empty() : OptionalInt.of(json.smallNumber());
    }

    private Optional<Instant> time(String key) throws FormatException {
        @Nullable JsonReader json = present(backup, key);
        long seconds = json == null ? 0 : json.number();
        return seconds == 0 ? Optional.empty() : Optional.of(Instant.ofEpochSecond(seconds));
    }

    private static @Nullable JsonReader present(Map<String, String> section, String key) {
        String value = section.get(key);
        return value == null || value.equals("null") ? null : new JsonReader(value);
    }
}
