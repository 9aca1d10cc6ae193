package io.matriarch.backup.engine.scan;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import io.matriarch.api.Code;
import io.matriarch.api.MatriarchException;
import io.matriarch.backup.format.Attributes;
import io.matriarch.backup.format.Manifest;
import io.matriarch.backup.format.ScanRules;
import io.matriarch.backup.format.Utf8Order;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Walks through a data directory and its tablespaces and writes down every file, in the order of
 * the manifest: that of the names' bytes, in which what is in a folder {@code a} stands where
 * {@code a/} would. So nothing has to be sorted but each folder by itself.
 */
public final class Scan {
    private static final int FILE_MODE = 0640;

    private final Path dataDirectory;
    private final Path realDataDirectory;
    private final ScanRules rules;
    private final ScanSpool.Writer spool;
    private final Owners owners = new Owners();
    private final SortedMap<String, Path> roots = new TreeMap<>(Utf8Order.INSTANCE);
    private final SortedMap<String, Manifest.Target> targets = new TreeMap<>(Utf8Order.INSTANCE);
    private final SortedMap<String, Manifest.Link> links = new TreeMap<>(Utf8Order.INSTANCE);
    private final SortedMap<String, Attributes> paths = new TreeMap<>(Utf8Order.INSTANCE);
    private final List<String> warnings = new ArrayList<>();
    private long bytes;

    private Scan(Path dataDirectory, ScanRules rules, ScanSpool.Writer spool) throws IOException {
        this.dataDirectory = dataDirectory;
        this.realDataDirectory = dataDirectory.toRealPath();
        this.rules = rules;
        this.spool = spool;
    }

    /**
     * @param tablespaces name of each by its oid, as the server lists them
     * @param tablespaceFolder of this server's version within each: {@code PG_17_202406281}
     * @param spool file to write the list to
     * @throws MatriarchException something lies there that a backup cannot hold
     */
    public static Tree run(
            Path dataDirectory,
            ScanRules rules,
            Map<String, String> tablespaces,
            String tablespaceFolder,
            Path spool)
            throws IOException, MatriarchException {
        try (var writer = new ScanSpool.Writer(spool)) {
            var scan = new Scan(dataDirectory, rules, writer);
            return scan.all(tablespaces, tablespaceFolder, spool);
        }
    }

    private Tree all(Map<String, String> tablespaces, String tablespaceFolder, Path file)
            throws IOException, MatriarchException {
        Stat root =
                Stat.of(dataDirectory)
                        .filter(Stat::isFolder)
                        .orElseThrow(() ->
                                refused(
                                        dataDirectory + " is no directory",
                                        "is it the server's data directory?"));
        owners.learn(dataDirectory, root);
        roots.put(Manifest.PGDATA, dataDirectory);
        targets.put(Manifest.PGDATA, target(dataDirectory.toString(), false));
        paths.put(Manifest.PGDATA, owners.attributes(root));
        folder(Manifest.PGDATA, "", dataDirectory);
        tablespaces(tablespaces, tablespaceFolder, root);
        var ofRoot = owners.attributes(root);
        return new Tree(
                file,
                roots,
                targets,
                links,
                paths,
                new Attributes(
                        ofRoot.user(), ofRoot.group(), Owners.mode(root.permissions() & FILE_MODE)),
                ofRoot,
                owners,
                spool.count(),
                bytes,
                warnings);
    }

    private static Manifest.Target target(String path, boolean link) {
        return new Manifest.Target(path, link, Optional.empty(), Optional.empty());
    }

    /**
     * @param prefix what names of the manifest begin with
     * @param relative path for the rules; empty for the data directory itself
     */
    private void folder(String prefix, String relative, Path folder)
            throws IOException, MatriarchException {
        var names = list(folder);
        var keeps = rules.keeps(relative, names);
        Deque<String> waiting = new ArrayDeque<>();
        for (String name : names) {
            // A folder's content stands behind files whose names only begin like its own.
            while (!waiting.isEmpty() && !standsBefore(name, waiting.peek()))
                enter(prefix, relative, folder, waiting.pop());
            var file = FileNames.resolve(folder, name);
            var stat = Stat.of(file, NOFOLLOW_LINKS);
            if (stat.isEmpty()) continue;
            if (stat.get().isLink()) {
                if (link(prefix, relative, file, name, keeps.test(name))) waiting.push(name);
            } else if (stat.get().isFolder()) {
                if (folderListed(prefix, relative, file, name, stat.get())) waiting.push(name);
            } else if (keeps.test(name)) {
                if (stat.get().isFile()) file(join(prefix, name), file, stat.get());
                else warnings.add(file + " is neither file, folder nor link, and left out");
            }
        }
        while (!waiting.isEmpty()) enter(prefix, relative, folder, waiting.pop());
    }

    private static boolean standsBefore(String name, String folder) {
        return name.length() > folder.length()
                && name.startsWith(folder)
                && name.charAt(folder.length()) < '/';
    }

    private void enter(String prefix, String relative, Path folder, String name)
            throws IOException, MatriarchException {
        folder(join(prefix, name), join(relative, name), FileNames.resolve(folder, name));
    }

    /** Notes the folder; whether it is to be entered. */
    private boolean folderListed(String prefix, String relative, Path file, String name, Stat stat)
            throws IOException, MatriarchException {
        String path = join(relative, name);
        if (relative.equals(Manifest.TABLESPACES))
            throw refused(
                    file + " is a folder, where only links to tablespaces belong",
                    "tablespaces in place (allow_in_place_tablespaces) cannot be backed up: drop"
                            + " them");
        if (!rules.listsFolder(path)) return false;
        owners.learn(file, stat);
        paths.put(join(prefix, name), owners.attributes(stat));
        return rules.entersFolder(path);
    }

    private void file(String name, Path file, Stat stat) throws IOException, MatriarchException {
        if (name.startsWith(Manifest.PGDATA + "/" + Manifest.TABLESPACES + "/"))
            throw refused(
                    file + " lies where only links to tablespaces belong",
                    "move it out of the data directory");
        owners.learn(file, stat);
        spool.add(name, stat);
        bytes += stat.size();
    }

    /** Notes a link and what it leads to; whether that is a folder to be entered. */
    private boolean link(String prefix, String relative, Path link, String name, boolean kept)
            throws IOException, MatriarchException {
        if (relative.equals(Manifest.TABLESPACES)) return false; // later, all together
        String path = join(relative, name);
        if (!kept || !rules.listsFolder(path)) return false;
        var destination = Files.readSymbolicLink(link);
        var led = Stat.of(link);
        if (led.isEmpty()) {
            warnings.add(link + " leads nowhere (" + destination + "), and is left out");
            return false;
        }
        check(link, destination);
        String key = join(prefix, name);
        links.put(key, new Manifest.Link(destination.toString(), owner(link)));
        owners.learn(link, led.get());
        if (led.get().isFolder()) {
            targets.put(key, target(destination.toString(), true));
            paths.put(key, owners.attributes(led.get()));
            return rules.entersFolder(path);
        }
        if (!led.get().isFile())
            throw refused(
                    link + " leads to " + destination + ", which is neither file nor folder",
                    "remove the link, or exclude it from backups");
        var parent = destination.getParent();
        targets.put(
                key,
                new Manifest.Target(
                        parent == null ? "" : parent.toString(),
                        true,
                        Optional.of(FileNames.name(destination)),
                        Optional.empty()));
        file(key, link, led.get());
        return false;
    }

    private Attributes owner(Path link) throws IOException {
        var stat = Stat.of(link, NOFOLLOW_LINKS).orElseThrow();
        owners.learn(link, stat);
        var attributes = owners.attributes(stat);
        return new Attributes(attributes.user(), attributes.group(), null);
    }

    private void check(Path link, Path destination) throws IOException, MatriarchException {
        var folder = link.getParent();
        var next = folder == null ? destination : folder.resolve(destination);
        if (Files.isSymbolicLink(next))
            throw refused(
                    link + " leads to " + destination + ", which is a link again",
                    "let it lead to the place itself");
        if (next.toRealPath().startsWith(realDataDirectory))
            throw refused(
                    link + " leads to " + destination + " within the data directory",
                    "its content would be in the backup twice: remove the link");
    }

    private void tablespaces(Map<String, String> known, String versionFolder, Stat root)
            throws IOException, MatriarchException {
        var folder = dataDirectory.resolve(Manifest.TABLESPACES);
        var above = Stat.of(folder).orElse(root);
        for (String oid : list(folder)) {
            var link = folder.resolve(oid);
            if (!Files.isSymbolicLink(link)) continue;
            var name = known.get(oid);
            if (name == null) {
                warnings.add(
                        "tablespace " + oid + " is made or dropped just now: WAL tells about it");
                continue;
            }
            var destination = Files.readSymbolicLink(link);
            check(link, destination);
            String key = Manifest.TABLESPACES + "/" + oid;
            links.put(
                    Manifest.PGDATA + "/" + key,
                    new Manifest.Link(destination.toString(), owner(link)));
            targets.put(
                    key,
                    new Manifest.Target(
                            destination.toString(),
                            true,
                            Optional.empty(),
                            Optional.of(new Manifest.Tablespace(oid, name))));
            paths.put(Manifest.TABLESPACES, owners.attributes(root));
            paths.put(key, owners.attributes(above));
            roots.put(key, link);
            tablespace(key, link, versionFolder);
        }
    }

    private void tablespace(String key, Path link, String versionFolder)
            throws IOException, MatriarchException {
        var folder = link.resolve(versionFolder);
        var stat = Stat.of(folder);
        if (stat.isEmpty()) return; // nothing was ever put there
        owners.learn(folder, stat.get());
        String name = key + "/" + versionFolder;
        paths.put(name, owners.attributes(stat.get()));
        folder(name, name, folder);
    }

    /** In the manifest's order; a folder that is gone was dropped meanwhile. */
    private static NameList list(Path folder) throws IOException, MatriarchException {
        var names = new NameList();
        try (var files = Files.newDirectoryStream(folder)) {
            for (var file : files) names.add(FileNames.name(file));
        } catch (DirectoryIteratorException e) {
            throw e.getCause() == null ? new IOException(e) : e.getCause();
        } catch (NoSuchFileException | NotDirectoryException gone) {
            return names;
        }
        names.sort();
        return names;
    }

    private static String join(String folder, String name) {
        return folder.isEmpty() ? name : folder + "/" + name;
    }

    private static MatriarchException refused(String message, String hint) {
        return new MatriarchException(Code.BACKUP, message, hint);
    }
}
