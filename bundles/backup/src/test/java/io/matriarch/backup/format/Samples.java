package io.matriarch.backup.format;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/** Files stock pgBackRest wrote, from the test resources. */
public final class Samples {
    public static final String PLAIN = "plain-zst/";
    public static final String BLOCKS = "bundle-block-zst/";

    private Samples() {}

    public static byte[] bytes(String name) {
        try (InputStream in = Samples.class.getResourceAsStream("/samples/" + name)) {
            if (in == null) throw new IllegalArgumentException("no sample " + name);
            return in.readAllBytes();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    public static InputStream stream(String name) {
        return new ByteArrayInputStream(bytes(name));
    }

    /** A manifest with all of its files in memory. */
    public record Whole(Manifest manifest, List<ManifestFile> files) {
        public ManifestFile file(String name) {
            return files.stream().filter(f -> f.name().equals(name)).findFirst().orElseThrow();
        }
    }

    public static Whole manifest(String name) throws IOException, FormatException {
        return manifest(stream(name), name);
    }

    public static Whole manifest(InputStream in, String name) throws IOException, FormatException {
        var reader = new ManifestReader(in, name);
        var files = new ArrayList<ManifestFile>();
        for (var file = reader.nextFile(); file != null; file = reader.nextFile()) files.add(file);
        return new Whole(reader.manifest(), files);
    }
}
