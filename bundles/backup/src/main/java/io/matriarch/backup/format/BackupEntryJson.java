package io.matriarch.backup.format;

import io.matriarch.api.Lsn;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A line of {@code [backup:current]}. */
final class BackupEntryJson {
    private final TreeMap<String, String> annotations = new TreeMap<>(Utf8Order.INSTANCE);
    private final List<Label> references = new ArrayList<>();
    private final Map<String, String> texts = new HashMap<>();
    private final Map<String, Long> numbers = new HashMap<>();
    private final Map<String, Boolean> flags = new HashMap<>();

    private BackupEntryJson() {}

    static BackupEntry read(String label, JsonReader json) throws FormatException {
        if (!Label.isLabel(label))
            throw new FormatException("\"" + label + "\" is no backup label", "");
        var entry = new BackupEntryJson();
        entry.collect(json);
        return entry.build(new Label(label));
    }

    private void collect(JsonReader json) throws FormatException {
        json.beginObject();
        for (var key = json.nextKey(); key != null; key = json.nextKey()) {
            switch (key) {
                case "backup-annotation" -> annotations(json);
                case "backup-reference" -> references(json);
                case "backrest-version",
                        "backup-archive-start",
                        "backup-archive-stop",
                        "backup-lsn-start",
                        "backup-lsn-stop",
                        "backup-prior",
                        "backup-type" -> {
                    if (!json.nextNull()) texts.put(key, json.string());
                }
                case "backrest-format",
                        "backup-info-repo-size",
                        "backup-info-repo-size-delta",
                        "backup-info-repo-size-map",
                        "backup-info-repo-size-map-delta",
                        "backup-info-size",
                        "backup-info-size-delta",
                        "backup-timestamp-start",
                        "backup-timestamp-stop",
                        "db-id" ->
                        numbers.put(key, json.number());
                case "backup-error",
                        "option-archive-check",
                        "option-archive-copy",
                        "option-backup-standby",
                        "option-checksum-page",
                        "option-compress",
                        "option-hardlink",
                        "option-online" -> {
                    if (!json.nextNull()) flags.put(key, json.bool());
                }
                default -> json.skip();
            }
        }
    }

    private void annotations(JsonReader json) throws FormatException {
        json.beginObject();
        for (var key = json.nextKey(); key != null; key = json.nextKey())
            annotations.put(key, json.string());
    }

    private void references(JsonReader json) throws FormatException {
        if (json.nextNull()) return;
        json.beginArray();
        while (json.nextElement()) references.add(new Label(json.string()));
    }

    private BackupEntry build(Label label) throws FormatException {
        number("backrest-format");
        return new BackupEntry(
                label,
                BackupType.parse(text("backup-type")),
                text("backrest-version"),
                annotations,
                wal(),
                lsn("backup-lsn-start"),
                lsn("backup-lsn-stop"),
                Optional.ofNullable(flags.get("backup-error")),
                sizes(),
                Optional.ofNullable(texts.get("backup-prior")).map(Label::new),
                references,
                Instant.ofEpochSecond(number("backup-timestamp-start")),
                Instant.ofEpochSecond(number("backup-timestamp-stop")),
                Math.toIntExact(number("db-id")),
                options());
    }

    private Optional<WalRange> wal() {
        var start = texts.get("backup-archive-start");
        var stop = texts.get("backup-archive-stop");
        return start == null || stop == null
                ? Optional.empty()
                : Optional.of(new WalRange(WalSegment.parse(start), WalSegment.parse(stop)));
    }

    private Optional<Lsn> lsn(String key) {
        return Optional.ofNullable(texts.get(key)).map(Lsn::parse);
    }

    private BackupSizes sizes() throws FormatException {
        return new BackupSizes(
                number("backup-info-size"),
                number("backup-info-size-delta"),
                number("backup-info-repo-size"),
                number("backup-info-repo-size-delta"),
                optional("backup-info-repo-size-map"),
                optional("backup-info-repo-size-map-delta"));
    }

    private BackupOptions options() throws FormatException {
        return new BackupOptions(
                flag("option-archive-check"),
                flag("option-archive-copy"),
                flag("option-backup-standby"),
                flag("option-checksum-page"),
                flag("option-compress"),
                flag("option-hardlink"),
                flag("option-online"));
    }

    private String text(String key) throws FormatException {
        return Histories.required(key, texts.get(key));
    }

    private long number(String key) throws FormatException {
        Long value = numbers.get(key);
        if (value == null) throw Histories.missing(key);
        return value;
    }

    private OptionalLong optional(String key) {
        Long value = numbers.get(key);
        return value == null ? OptionalLong.empty() : OptionalLong.of(value);
    }

    private boolean flag(String key) throws FormatException {
        Boolean value = flags.get(key);
        if (value == null) throw Histories.missing(key);
        return value;
    }

    static String write(BackupEntry entry) {
        var json = new JsonWriter().beginObject();
        json.key("backrest-format").value(Format.NUMBER);
        json.key("backrest-version").value(entry.version());
        if (!entry.annotations().isEmpty()) {
            json.key("backup-annotation").beginObject();
            entry.annotations().forEach((key, value) -> json.key(key).value(value));
            json.endObject();
        }
        text(json, "backup-archive-start", entry.wal().map(WalRange::first));
        text(json, "backup-archive-stop", entry.wal().map(WalRange::last));
        entry.pageErrors().ifPresent(found -> json.key("backup-error").value(found));
        sizes(json, entry.sizes());
        text(json, "backup-lsn-start", entry.lsnStart());
        text(json, "backup-lsn-stop", entry.lsnStop());
        entry.prior().ifPresent(prior -> json.key("backup-prior").value(prior.text()));
        references(json, entry.references());
        json.key("backup-timestamp-start").value(entry.start().getEpochSecond());
        json.key("backup-timestamp-stop").value(entry.stop().getEpochSecond());
        json.key("backup-type").value(entry.type().toString());
        json.key("db-id").value(entry.dbId());
        options(json, entry.options());
        return json.endObject().toString();
    }

    /** {@code null} where there is none: an offline backup. */
    private static void text(JsonWriter json, String key, Optional<?> value) {
        json.key(key);
        @Nullable Object present = value.orElse(null);
        if (present == null) json.nullValue();
        else json.value(present.toString());
    }

    private static void sizes(JsonWriter json, BackupSizes sizes) {
        json.key("backup-info-repo-size").value(sizes.repoSize());
        json.key("backup-info-repo-size-delta").value(sizes.repoSizeDelta());
        if (sizes.repoSizeMap().isPresent()) {
            json.key("backup-info-repo-size-map").value(sizes.repoSizeMap().getAsLong());
            json.key("backup-info-repo-size-map-delta").value(sizes.repoSizeMapDelta().getAsLong());
        }
        json.key("backup-info-size").value(sizes.size());
        json.key("backup-info-size-delta").value(sizes.sizeDelta());
    }

    private static void references(JsonWriter json, List<Label> references) {
        if (references.isEmpty()) return;
        json.key("backup-reference").beginArray();
        references.stream().sorted().forEach(label -> json.value(label.text()));
        json.endArray();
    }

    private static void options(JsonWriter json, BackupOptions options) {
        json.key("option-archive-check").value(options.archiveCheck());
        json.key("option-archive-copy").value(options.archiveCopy());
        json.key("option-backup-standby").value(options.fromStandby());
        json.key("option-checksum-page").value(options.checksumPage());
        json.key("option-compress").value(options.compress());
        json.key("option-hardlink").value(options.hardlink());
        json.key("option-online").value(options.online());
    }
}
