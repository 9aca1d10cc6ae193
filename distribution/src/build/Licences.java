import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/**
 * Collects the licences of everything shipped: {@code licenses/JAR/FILE} as found in the jars (also
 * in jars inside jars), and {@code licenses/INDEX} naming them.
 */
final class Licences {
    private final Path folder;
    private final TreeMap<String, TreeSet<String>> index = new TreeMap<>();

    private Licences(Path folder) {
        this.folder = folder;
    }

    public static void main(String[] args) throws IOException {
        var home = Path.of(args[0]);
        var licences = new Licences(home.resolve("licenses"));
        try (var files = Files.walk(home)) {
            for (var jar : files.filter(file -> file.toString().endsWith(".jar")).sorted().toList())
                try (var in = Files.newInputStream(jar)) {
                    licences.jar(jar.getFileName().toString(), in);
                }
        }
        licences.writeIndex();
    }

    private void jar(String name, InputStream in) throws IOException {
        var jar = name.replaceFirst("\\.jar$", "");
        var found = index.computeIfAbsent(jar, _ -> new TreeSet<>());
        var zip = new ZipInputStream(in);
        for (ZipEntry entry; (entry = zip.getNextEntry()) != null; ) {
            var path = entry.getName();
            var file = path.substring(path.lastIndexOf('/') + 1);
            if (path.endsWith(".jar")) jar(file, new ByteArrayInputStream(zip.readAllBytes()));
            else if (file.matches("(?i)(LICEN[SC]E|NOTICE|COPYING|DEPENDENCIES)[-.\\w]*")
                    && !file.endsWith(".class")) {
                var target = folder.resolve(jar).resolve(file);
                Files.createDirectories(target.getParent());
                Files.write(target, zip.readAllBytes());
                found.add(file);
            } else if (path.equals("META-INF/MANIFEST.MF")) {
                var manifest = new java.util.jar.Manifest(new ByteArrayInputStream(zip.readAllBytes()));
                var licence = manifest.getMainAttributes().getValue("Bundle-License");
                if (licence != null) found.add("Bundle-License: " + licence);
            }
        }
    }

    /** Some jars carry no word about it; these are the licences their projects publish them under. */
    private static String byProject(String jar) {
        if (jar.matches("(matriarch|grpc|jetcd|vertx|perfmark|proto-google|gson|error_prone|j2objc|annotations|prometheus-metrics|picocli|snakeyaml|quartz|org\\.osgi|failsafe|netty|hash4j).*"))
            return "Apache-2.0, as its project says";
        if (jar.startsWith("reactive-streams-")) return "MIT-0, as its project says";
        if (jar.equals("jrt-fs")) return "part of the Java runtime";
        throw new IllegalStateException("under which licence is " + jar + "? Say so in Licences.java");
    }

    private void writeIndex() throws IOException {
        var text = new StringBuilder("What is shipped, and under which licence\n\n");
        index.forEach((jar, found) -> text.append(jar).append(": ").append(found.isEmpty() ? byProject(jar) : String.join("; ", found)).append('\n'));
        text.append("\nThe Java runtime in runtime/ is Eclipse Temurin; its licences are in runtime/legal.\n");
        Files.writeString(folder.resolve("INDEX"), text);
    }
}
