package io.matriarch.backup.format;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A line of {@code [target:file]}. Labels and owners of all lines are shared. */
final class ManifestFileJson {
    private static final int MANY = 10_000;
    private final Map<String, Label> labels = new HashMap<>();
    private final Map<Attributes, Attributes> owners = new HashMap<>();

    private static final class Fields {
        long size = -1;
        long scanned = -1;
        long timestamp = -1;
        long repoSize = -1;
        long offset;
        long mapSize;
        int bundle;
        int blockSize;
        int blockChecksumBytes;
        @Nullable Sha1 checksum;
        @Nullable Sha1 stored;
        @Nullable Label reference;
        @Nullable Boolean pagesValid;
        List<PageCheck.Range> pageErrors = List.of();
        @Nullable String user;
        @Nullable String group;
        @Nullable String mode;
    }

    ManifestFile read(String name, JsonReader json) throws FormatException {
        var f = new Fields();
        json.beginObject();
        for (var key = json.nextKey(); key != null; key = json.nextKey()) take(f, key, json);
        if (f.size < 0) throw Histories.missing("size");
        if (f.timestamp < 0) throw Histories.missing("timestamp");
        return new ManifestFile(
                name,
                f.size,
                f.timestamp,
                f.checksum,
                new StoredCopy(
                        f.reference,
                        f.repoSize < 0 ? f.size : f.repoSize,
                        f.stored,
                        f.bundle,
                        f.offset,
                        f.blockSize,
                        blockChecksumBytes(f),
                        f.mapSize),
                pages(f),
                owner(new Attributes(f.user, f.group, f.mode)),
                f.scanned < 0 ? f.size : f.scanned);
    }

    private static int blockChecksumBytes(Fields f) {
        if (f.blockSize == 0) return 0;
        return f.blockChecksumBytes == 0
                ? StoredCopy.DEFAULT_BLOCK_CHECKSUM_BYTES
                : f.blockChecksumBytes;
    }

    private static @Nullable PageCheck pages(Fields f) {
        if (f.pagesValid == null) return null;
        if (f.pagesValid) return PageCheck.VALID;
        return f.pageErrors.isEmpty() ? PageCheck.MISALIGNED : new PageCheck(false, f.pageErrors);
    }

    private void take(Fields f, String key, JsonReader json) throws FormatException {
        switch (key) {
            case "bi" ->
                    f.blockSize = Math.multiplyExact(json.smallNumber(), StoredCopy.BLOCK_UNIT);
            case "bic" -> f.blockChecksumBytes = json.smallNumber();
            case "bim" -> f.mapSize = json.number();
            case "bni" -> f.bundle = json.smallNumber();
            case "bno" -> f.offset = json.number();
            case "checksum" -> f.checksum = Sha1.parse(json.string());
            case "checksum-page" -> f.pagesValid = json.bool();
            case "checksum-page-error" -> f.pageErrors = PageCheck.readErrors(json);
            case "group" -> f.group = Attributes.name(json);
            case "mode" -> f.mode = json.string();
            case "rck" -> f.stored = Sha1.parse(json.string());
            case "reference" -> f.reference = label(json.string());
            case "repo-size" -> f.repoSize = json.number();
            case "size" -> f.size = json.number();
            case "szo" -> f.scanned = json.number();
            case "timestamp" -> f.timestamp = json.number();
            case "user" -> f.user = Attributes.name(json);
            default -> json.skip();
        }
    }

    private Label label(String text) {
        return labels.computeIfAbsent(text, Label::new);
    }

    private Attributes owner(Attributes attributes) {
        if (attributes.equals(Attributes.AS_DEFAULT)) return Attributes.AS_DEFAULT;
        if (owners.size() >= MANY) owners.clear(); // sharing saves memory, it must not cost it
        return owners.computeIfAbsent(attributes, same -> same);
    }

    static String write(ManifestFile file, Attributes defaults) {
        var stored = file.stored();
        var owner = file.attributes().minus(defaults);
        var json = new JsonWriter().beginObject();
        if (stored.blockSize() > 0) blocks(json, stored);
        if (stored.bundle() > 0) {
            json.key("bni").value(stored.bundle());
            if (stored.offset() > 0) json.key("bno").value(stored.offset());
        }
        if (file.checksum() != null) json.key("checksum").value(file.checksum().toString());
        pages(json, file.pages());
        if (owner.group() != null) json.key("group").raw(Attributes.nameJson(owner.group()));
        if (owner.mode() != null) json.key("mode").value(owner.mode());
        if (stored.checksum() != null) json.key("rck").value(stored.checksum().toString());
        if (stored.reference() != null) json.key("reference").value(stored.reference().text());
        if (stored.repoSize() != file.size()) json.key("repo-size").value(stored.repoSize());
        json.key("size").value(file.size());
        if (file.scannedSize() != file.size()) json.key("szo").value(file.scannedSize());
        json.key("timestamp").value(file.timestamp());
        if (owner.user() != null) json.key("user").raw(Attributes.nameJson(owner.user()));
        return json.endObject().toString();
    }

    private static void blocks(JsonWriter json, StoredCopy stored) {
        json.key("bi").value(stored.blockSize() / StoredCopy.BLOCK_UNIT);
        if (stored.blockChecksumBytes() != StoredCopy.DEFAULT_BLOCK_CHECKSUM_BYTES)
            json.key("bic").value(stored.blockChecksumBytes());
        if (stored.mapSize() > 0) json.key("bim").value(stored.mapSize());
    }

    private static void pages(JsonWriter json, @Nullable PageCheck pages) {
        if (pages == null) return;
        json.key("checksum-page").value(pages.valid());
        if (pages.errors().isEmpty()) return;
        json.key("checksum-page-error");
        pages.writeErrors(json);
    }
}
