package io.matriarch.backup.codec;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A backup of stock pgBackRest, zst, bundled, with blocks; its manifest read as far as needed. */
record StockSample(String label, List<String> references, List<StockSample.File> files) {
    private static final String FOLDER = "pgbackrest-samples/bundle-block-zst/";
    private static final String FULL = "20261123-014620F";

    record File(
            String name,
            long size,
            long storedSize,
            int blockSize,
            int checksumSize,
            int mapSize,
            int bundle,
            int offset,
            String holder,
            String checksum,
            String storedChecksum) {}

    static Stream<StockSample> all() {
        return Stream.of(of(FULL), of(FULL + "_20261123-014621I"));
    }

    private static StockSample of(String label) {
        var manifest =
                new String(
                        Bytes.resource(FOLDER + label + ".backup.manifest"),
                        StandardCharsets.UTF_8);
        var files = new ArrayList<File>();
        for (var line : manifest.lines().toList())
            if (line.contains("\"size\":")) files.add(file(label, line));
        var references =
                string(
                        manifest.replace("backup-reference=", "\"backup-reference\":"),
                        "backup-reference");
        return new StockSample(
                label, references == null ? List.of(label) : List.of(references.split(",")), files);
    }

    private static File file(String label, String line) {
        long size = number(line, "size", 0);
        var holder = string(line, "reference");
        return new File(
                line.substring(0, line.indexOf("={")),
                size,
                number(line, "repo-size", size),
                (int) number(line, "bi", 0) * BlockSizes.UNIT,
                (int) number(line, "bic", BlockSizes.DEFAULT_CHECKSUM_SIZE),
                (int) number(line, "bim", 0),
                (int) number(line, "bni", 0),
                (int) number(line, "bno", 0),
                holder == null ? label : holder,
                String.valueOf(string(line, "checksum")),
                String.valueOf(string(line, "rck")));
    }

    private static long number(String line, String key, long otherwise) {
        var found = Pattern.compile("\"" + key + "\":(\\d+)").matcher(line);
        return found.find() ? Long.parseLong(found.group(1)) : otherwise;
    }

    private static String string(String line, String key) {
        var found = Pattern.compile("\"" + key + "\":\"([^\"]*)\"").matcher(line);
        return found.find() ? found.group(1) : null;
    }

    byte[] stored(File file) {
        return part(file.holder(), file.bundle(), file.offset(), file.storedSize());
    }

    byte[] map(File file) {
        var stored = stored(file);
        return Arrays.copyOfRange(stored, stored.length - file.mapSize(), stored.length);
    }

    byte[] content(File file) throws IOException {
        if (file.mapSize() == 0) return decode(stored(file));
        var map = BlockMapCodec.decode(map(file), file.blockSize(), file.checksumSize());
        var content = new ByteArrayOutputStream();
        for (int i = 0; i < map.count(); i++) {
            var place = map.superBlock(i);
            var superBlock =
                    decode(
                            part(
                                    references.get(place.reference()),
                                    (int) place.bundle(),
                                    (int) place.offset(),
                                    place.storedSize()));
            int start = map.number(i) * file.blockSize();
            int length = Math.min(file.blockSize(), superBlock.length - start);
            content.write(superBlock, start, length);
        }
        return content.toByteArray();
    }

    private static byte[] part(String label, int bundle, int offset, long size) {
        var bytes = Bytes.resource(FOLDER + label + ".bundle-" + bundle);
        return Arrays.copyOfRange(bytes, offset, offset + (int) size);
    }

    private static byte[] decode(byte[] stored) throws IOException {
        try (var in =
                Decoding.open(
                        new ByteArrayInputStream(stored),
                        Compression.ZST,
                        Form.RAW,
                        Optional.empty())) {
            return in.readAllBytes();
        }
    }

    @Override
    public String toString() {
        return label;
    }
}
