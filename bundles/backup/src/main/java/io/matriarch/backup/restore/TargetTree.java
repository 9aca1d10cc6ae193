package io.matriarch.backup.restore;

import io.matriarch.api.MatriarchException;
import io.matriarch.backup.format.Attributes;
import io.matriarch.backup.format.Manifest;
import io.matriarch.backup.repository.NameSet;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Map;
import java.util.Objects;

/** The folders and links of a restore, and the removal of what is not in the backup. */
final class TargetTree {
    /** Ours while a restore runs. */
    static final String WORK = ".matriarch-restore";

    private final Manifest manifest;
    private final Places places;
    private final Owners owners;

    TargetTree(Manifest manifest, Places places, Owners owners) {
        this.manifest = manifest;
        this.places = places;
        this.owners = owners;
    }

    /** Removes all that is not in the backup; folders that are stay. */
    void clean(NameSet files) throws IOException, MatriarchException {
        if (Files.isDirectory(places.data())) clean(places.data(), Manifest.PGDATA, files);
        for (String oid : places.layout().tablespaces().keySet()) {
            String name = Manifest.TABLESPACES + "/" + oid + "/" + manifest.db().tablespaceFolder();
            Path folder = places.of(name);
            if (Files.isDirectory(folder)) clean(folder, name, files);
        }
    }

    private void clean(Path folder, String name, NameSet files) throws IOException {
        try (var entries = Files.newDirectoryStream(folder)) {
            for (Path entry : entries) cleanEntry(entry, name + "/" + entry.getFileName(), files);
        }
    }

    private void cleanEntry(Path entry, String name, NameSet files) throws IOException {
        if (name.equals(Manifest.PGDATA + "/" + WORK)
                || name.equals(Manifest.PGDATA + "/" + TargetCheck.UNFINISHED)) return;
        var attributes =
                Files.readAttributes(entry, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        boolean folder = manifest.paths().containsKey(name);
        if (attributes.isSymbolicLink()) {
            if (isTablespace(name)) return;
            if (folder && leadsWhereItDid(entry, name)) clean(entry, name, files);
            else Files.delete(entry);
        } else if (attributes.isDirectory()) {
            if (folder) clean(entry, name, files);
            else deleteTree(entry);
        } else if (!attributes.isRegularFile() || !files.contains(name)) {
            Files.delete(entry);
        }
    }

    private boolean isTablespace(String name) {
        return name.startsWith("pg_data/pg_tblspc/") && manifest.links().containsKey(name);
    }

    /** A folder that lay elsewhere may stay there. */
    private boolean leadsWhereItDid(Path link, String name) throws IOException {
        var before = manifest.links().get(name);
        return before != null
                && Files.isDirectory(link)
                && Files.readSymbolicLink(link).toString().equals(before.destination());
    }

    static void deleteTree(Path root) throws IOException {
        Files.walkFileTree(
                root,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                            throws IOException {
                        Files.delete(file);
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult postVisitDirectory(Path folder, IOException e)
                            throws IOException {
                        if (e != null) throw e;
                        Files.delete(folder);
                        return FileVisitResult.CONTINUE;
                    }
                });
    }

    /** Makes every folder, the outer ones first. */
    void folders() throws IOException, MatriarchException {
        for (Map.Entry<String, Attributes> entry : manifest.paths().entrySet()) {
            if (manifest.links().containsKey(entry.getKey()) && isTablespace(entry.getKey()))
                continue;
            var place = places.find(entry.getKey());
            if (place.isEmpty()) continue;
            Path folder = place.get();
            if (!Files.isDirectory(folder)) {
                Files.deleteIfExists(folder);
                Files.createDirectories(folder);
            }
            owners.apply(folder, entry.getValue().orElse(manifest.pathDefault()), null);
        }
    }

    /**
     * Points {@code pg_tblspc/<oid>} at the tablespaces' folders, before anything is made in these:
     * by the link a restore that was cut off knows them as its own.
     */
    void links() throws IOException {
        Path folder = Files.createDirectories(places.data().resolve("pg_tblspc"));
        for (var tablespace : places.layout().tablespaces().entrySet()) {
            Path link = folder.resolve(tablespace.getKey());
            Path target = Path.of(tablespace.getValue());
            if (Files.isSymbolicLink(link)) {
                if (Files.readSymbolicLink(link).equals(target)) continue;
                Files.delete(link);
            }
            Files.createSymbolicLink(link, target);
            var before = manifest.links().get("pg_data/pg_tblspc/" + tablespace.getKey());
            if (before != null) owners.owner(link, before.owner().orElse(manifest.linkDefault()));
        }
    }

    /** Whether a tablespace goes elsewhere than it was. */
    boolean isRemapped() {
        return manifest.targets().entrySet().stream()
                .filter(target -> target.getValue().tablespace().isPresent())
                .anyMatch(target ->
                        !Objects.equals(
                                target.getValue().path(),
                                places.layout()
                                        .tablespaces()
                                        .get(target.getValue().tablespace().get().oid())));
    }
}
