package io.matriarch.launcher;

import io.matriarch.api.Code;
import io.matriarch.api.MatriarchException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.jar.JarFile;

/**
 * The jars of the distribution: which there are, who installs them, and when they start.
 *
 * @param fixed installed by the launcher: system, lib and api
 * @param app installed by FileInstall, which also watches them
 */
record BundleFiles(List<Entry> fixed, List<Entry> app) {

    /**
     * @param startLevel see {@link #startLevel}
     */
    record Entry(Path jar, String symbolicName, String version, int startLevel) {}

    /** The framework is complete and the configuration in place from here on. */
    static final int LEVEL_SYSTEM = 1;

    static final int LEVEL_HTTP = 2;
    static final int LEVEL_API = 3;
    static final int LEVEL_APP = 4;
    static final int LEVEL_MANAGEMENT = 5;

    /** Last to start and first to stop: it needs the store and PostgreSQL to step down in order. */
    static final int LEVEL_FAILOVER = 6;

    static BundleFiles of(Path home) throws MatriarchException {
        var bundles = home.resolve("bundles");
        var fixed = new ArrayList<Entry>();
        for (var folder : List.of("system", "lib", "api"))
            fixed.addAll(entries(bundles.resolve(folder), folder));
        var files = new BundleFiles(fixed, entries(bundles.resolve("app"), "app"));
        files.refuseDuplicates();
        return files;
    }

    private static List<Entry> entries(Path folder, String name) throws MatriarchException {
        var entries = new ArrayList<Entry>();
        try (var jars = Files.newDirectoryStream(folder, "*.jar")) {
            for (var jar : jars) entries.add(entry(jar, name));
        } catch (IOException e) {
            throw new MatriarchException(
                    Code.INTERNAL,
                    "the bundles in " + folder + " cannot be read: " + e,
                    "is the distribution complete, and readable by this user?",
                    e);
        }
        entries.sort((a, b) -> a.jar().compareTo(b.jar()));
        return entries;
    }

    private static Entry entry(Path jar, String folder) throws IOException {
        try (var file = new JarFile(jar.toFile(), false)) {
            var manifest = file.getManifest();
            var name =
                    manifest == null
                            ? null
                            : manifest.getMainAttributes().getValue("Bundle-SymbolicName");
            if (name == null) throw new IOException(jar + " is not an OSGi bundle");
            var version = manifest.getMainAttributes().getValue("Bundle-Version");
            name = name.split(";", 2)[0].strip();
            return new Entry(
                    jar, name, version == null ? "0.0.0" : version, startLevel(folder, name));
        }
    }

    /** By folder, and for a few by name. */
    static int startLevel(String folder, String symbolicName) {
        return switch (folder) {
            case "system" ->
                    symbolicName.startsWith("org.apache.felix.http.jetty")
                            ? LEVEL_HTTP
                            : LEVEL_SYSTEM;
            case "lib" -> LEVEL_HTTP;
            case "api" -> LEVEL_API;
            default ->
                    switch (symbolicName) {
                        case "io.matriarch.failover", "matriarch-failover" -> LEVEL_FAILOVER;
                        case "io.matriarch.management", "matriarch-management" -> LEVEL_MANAGEMENT;
                        default -> LEVEL_APP;
                    };
        };
    }

    /** Felix would notice at install time, half started; two versions it would even run both. */
    private void refuseDuplicates() throws MatriarchException {
        var seen = new HashMap<String, Entry>();
        for (var entry : all()) {
            var other = seen.put(entry.symbolicName(), entry);
            if (other != null)
                throw new MatriarchException(
                        Code.INTERNAL,
                        "bundle %s is there twice: %s (%s) and %s (%s)"
                                .formatted(
                                        entry.symbolicName(),
                                        other.jar(),
                                        other.version(),
                                        entry.jar(),
                                        entry.version()),
                        "remove one of the two files; an update replaces a file under its name");
        }
    }

    List<Entry> all() {
        var all = new ArrayList<>(fixed);
        all.addAll(app);
        return all;
    }

    /**
     * What the bundle cache was made of; if it changes while we are down, the cache is made anew,
     * because nested jars already unpacked there would otherwise be used on.
     */
    String fingerprint() throws IOException {
        var lines = new StringBuilder();
        for (var entry : fixed)
            lines.append(entry.jar())
                    .append(' ')
                    .append(Files.size(entry.jar()))
                    .append(' ')
                    .append(Files.getLastModifiedTime(entry.jar()).toMillis())
                    .append('\n');
        return lines.toString();
    }
}
