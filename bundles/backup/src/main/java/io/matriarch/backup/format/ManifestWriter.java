package io.matriarch.backup.format;

import io.matriarch.backup.codec.Compression;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Writes a manifest; its files are passed one after another in the order of {@link Utf8Order}, so
 * memory does not grow with their number.
 */
public final class ManifestWriter {
    private static final String FILES = "target:file";
    private final Manifest manifest;
    private final InfoWriter writer;
    private String last = "";

    /**
     * Writes what stands before the files.
     *
     * @param out takes small pieces: buffered; not closed
     */
    public ManifestWriter(OutputStream out, Manifest manifest) throws IOException {
        this.manifest = manifest;
        this.writer = new InfoWriter(out, manifest.version());
        backup(manifest.backup());
        DbControlJson.write(writer, "backup:db", manifest.db());
        options(manifest.options());
        for (var target : manifest.targets().entrySet())
            writer.put("backup:target", target.getKey(), json(target.getValue()));
        if (manifest.cipherPass().isPresent())
            writer.put(
                    "cipher",
                    "cipher-pass",
                    JsonWriter.string(manifest.cipherPass().orElseThrow()));
        for (var database : manifest.databases().entrySet())
            writer.put("db", database.getKey(), json(database.getValue()));
        if (!manifest.annotations().isEmpty()) annotations();
    }

    private void backup(ManifestBackup backup) throws IOException {
        text("backup-archive-start", backup.archiveStart());
        text("backup-archive-stop", backup.archiveStop());
        flag("backup-block-incr", backup.blockIncremental());
        flag("backup-bundle", backup.bundle());
        flag("backup-bundle-raw", backup.bundleRaw());
        text("backup-label", Optional.of(backup.label()));
        text("backup-lsn-start", backup.lsnStart());
        text("backup-lsn-stop", backup.lsnStop());
        text("backup-prior", backup.prior());
        text(
                "backup-reference",
                Optional.of(
                        backup.references().stream()
                                .map(Label::text)
                                .collect(Collectors.joining(","))));
        time("backup-timestamp-copy-start", backup.copyStart());
        time("backup-timestamp-start", Optional.of(backup.start()));
        time("backup-timestamp-stop", backup.stop());
        text("backup-type", Optional.of(backup.type()));
    }

    private void text(String key, Optional<?> value) throws IOException {
        if (value.isPresent()) writer.put("backup", key, JsonWriter.string(value.get().toString()));
    }

    private void flag(String key, boolean value) throws IOException {
        if (value) writer.put("backup", key, "true");
    }

    private void time(String key, Optional<Instant> value) throws IOException {
        if (value.isPresent())
            writer.put("backup", key, Long.toString(value.get().getEpochSecond()));
    }

    private void options(ManifestOptions options) throws IOException {
        option("option-archive-check", options.archiveCheck());
        option("option-archive-copy", options.archiveCopy());
        option("option-backup-standby", options.fromStandby());
        option("option-buffer-size", options.bufferSize());
        option("option-checksum-page", options.checksumPage());
        option("option-compress", options.compression() != Compression.NONE);
        option("option-compress-level", options.compressLevel());
        option("option-compress-level-network", options.compressLevelNetwork());
        writer.put(
                "backup:option",
                "option-compress-type",
                JsonWriter.string(options.compression().option()));
        option("option-delta", options.delta());
        option("option-hardlink", options.hardlink());
        option("option-online", options.online());
        option("option-process-max", options.processMax());
    }

    private void option(String key, boolean value) throws IOException {
        writer.put("backup:option", key, Boolean.toString(value));
    }

    private void option(String key, Optional<Boolean> value) throws IOException {
        if (value.isPresent()) option(key, value.get());
    }

    private void option(String key, OptionalInt value) throws IOException {
        if (value.isPresent()) writer.put("backup:option", key, Integer.toString(value.getAsInt()));
    }

    private void annotations() throws IOException {
        var json = new JsonWriter().beginObject();
        manifest.annotations().forEach((key, value) -> json.key(key).value(value));
        writer.put("metadata", "annotation", json.endObject().toString());
    }

    private static String json(Manifest.Target target) {
        var json = new JsonWriter().beginObject();
        target.file().ifPresent(file -> json.key("file").value(file));
        json.key("path").value(target.path());
        target.tablespace()
                .ifPresent(tablespace ->
                        json.key("tablespace-id")
                                .value(tablespace.oid())
                                .key("tablespace-name")
                                .value(tablespace.name()));
        return json.key("type").value(target.link() ? "link" : "path").endObject().toString();
    }

    private static String json(Manifest.Database database) {
        return new JsonWriter()
                .beginObject()
                .key("db-id")
                .value(database.oid())
                .key("db-last-system-id")
                .value(database.lastSystemOid())
                .endObject()
                .toString();
    }

    /**
     * @param file after the one before, by its name's bytes
     */
    public void file(ManifestFile file) throws IOException {
        if (Utf8Order.compare(last, file.name()) >= 0)
            throw new IllegalStateException("file " + file.name() + " after " + last);
        if (file.size() > 0 && file.checksum() == null)
            throw new IllegalStateException("file " + file.name() + " without a checksum");
        last = file.name();
        writer.put(FILES, file.name(), ManifestFileJson.write(file, manifest.fileDefault()));
    }

    /** Writes what stands behind the files, and flushes. */
    public void finish() throws IOException {
        defaults("target:file:default", manifest.fileDefault());
        for (var link : manifest.links().entrySet())
            writer.put("target:link", link.getKey(), json(link.getValue()));
        if (!manifest.links().isEmpty())
            defaults(
                    "target:link:default",
                    new Attributes(
                            manifest.linkDefault().user(), manifest.linkDefault().group(), null));
        for (var path : manifest.paths().entrySet())
            writer.put("target:path", path.getKey(), json(path.getValue()));
        defaults("target:path:default", manifest.pathDefault());
        writer.finish();
    }

    private String json(Manifest.Link link) {
        var json = new JsonWriter().beginObject().key("destination").value(link.destination());
        var owner = link.owner().minus(manifest.linkDefault());
        if (owner.group() != null) json.key("group").raw(Attributes.nameJson(owner.group()));
        if (owner.user() != null) json.key("user").raw(Attributes.nameJson(owner.user()));
        return json.endObject().toString();
    }

    private String json(Attributes path) {
        var own = path.minus(manifest.pathDefault());
        var json = new JsonWriter().beginObject();
        if (own.group() != null) json.key("group").raw(Attributes.nameJson(own.group()));
        if (own.mode() != null) json.key("mode").value(own.mode());
        if (own.user() != null) json.key("user").raw(Attributes.nameJson(own.user()));
        return json.endObject().toString();
    }

    private void defaults(String section, Attributes attributes) throws IOException {
        name(section, "group", attributes.group());
        if (attributes.mode() != null)
            writer.put(section, "mode", JsonWriter.string(attributes.mode()));
        name(section, "user", attributes.user());
    }

    private void name(String section, String key, @Nullable String name) throws IOException {
        if (name != null) writer.put(section, key, Attributes.nameJson(name));
    }
}
