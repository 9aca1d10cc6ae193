package io.matriarch.backup.restore;

import io.matriarch.api.Code;
import io.matriarch.api.MatriarchException;
import io.matriarch.api.SystemId;
import io.matriarch.backup.restore.RestoreOrder.Over;
import io.matriarch.backup.restore.core.ControlFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What lies where a restore shall go, and whether it may. Touches nothing. */
final class TargetCheck {
    static final String CONTROL = "global/pg_control";

    /** Stock and we leave it there until a restore is done. */
    static final String UNFINISHED = "backup.manifest";

    private TargetCheck() {}

    /**
     * @param from system id of the backup
     * @return for people: what is overwritten
     * @throws MatriarchException it may not
     */
    static List<String> check(Places places, SystemId from, Over over) throws MatriarchException {
        var overwritten = new ArrayList<String>();
        try {
            for (Path root : places.roots()) if (Files.exists(root)) writable(root);
            Path data = places.data();
            notLive(data);
            for (Path root : places.managed()) {
                if (isEmpty(root)) continue;
                if (over == Over.NOTHING)
                    throw refused(
                            root + " is not empty",
                            "empty it, choose another place, or allow to restore over the cluster"
                                    + " that is there");
                overwritten.add(root + " is made equal to the backup");
            }
            if (!isEmpty(data)) cluster(data, from, over).ifPresent(overwritten::add);
            ownTablespaces(places);
            return overwritten;
        } catch (IOException e) {
            throw Places.failed("looking at the place to restore to", e);
        }
    }

    private static void writable(Path root) throws MatriarchException {
        if (!Files.isDirectory(root))
            throw refused(root + " is no directory", "choose another place");
        if (!Files.isWritable(root))
            throw refused(
                    root + " may not be written to", "give the user of the server the right to");
    }

    /**
     * A tablespace lies outside of the data directory, and what is in it may be in use by the
     * cluster the backup was made of. The link from the directory that is restored over says that
     * it is not: that cluster is stopped.
     */
    private static void ownTablespaces(Places places) throws IOException, MatriarchException {
        for (var tablespace : places.managedTablespaces().entrySet()) {
            Path folder = tablespace.getValue();
            Path link = places.data().resolve("pg_tblspc").resolve(tablespace.getKey());
            if (isEmpty(folder) || Files.exists(link) && Files.isSameFile(link, folder.getParent()))
                continue;
            throw refused(
                    "%s is not empty, and %s does not lead there: another cluster may use it"
                            .formatted(folder, link),
                    "map tablespace %s to another place, or empty this one if nobody uses it"
                            .formatted(tablespace.getKey()));
        }
    }

    private static void notLive(Path data) throws MatriarchException {
        if (Files.exists(data.resolve("postmaster.pid")))
            throw refused(
                    "a server seems to run in %s: there is a postmaster.pid".formatted(data),
                    "stop it; if none runs, remove the file");
    }

    private static Optional<String> cluster(Path data, SystemId from, Over over)
            throws IOException, MatriarchException {
        boolean unfinished =
                Files.exists(data.resolve(UNFINISHED))
                        || Files.exists(data.resolve(TargetTree.WORK));
        if (!unfinished && !Files.exists(data.resolve("PG_VERSION")))
            throw refused(
                    data + " holds something, but no cluster",
                    "nothing but a cluster, or an unfinished restore, is restored over: is this"
                            + " the right place?");
        Path control = data.resolve(CONTROL);
        if (!Files.exists(control)) {
            if (unfinished || over == Over.ANY_CLUSTER) return Optional.empty();
            throw refused(
                    data + " holds a cluster without pg_control",
                    "allow to restore over any cluster");
        }
        var there = ControlFile.parse(Files.readAllBytes(control)).map(ControlFile::systemId);
        if (there.filter(from::equals).isPresent()) return Optional.empty();
        String words =
                "%s holds another cluster, of system id %s; the backup is of %s"
                        .formatted(data, there.map(SystemId::value).orElse("unknown"), from);
        if (over == Over.ANY_CLUSTER) return Optional.of(words);
        throw refused(words, "choose another place, or allow to restore over any cluster");
    }

    private static boolean isEmpty(Path folder) throws IOException {
        if (!Files.exists(folder)) return true;
        try (var entries = Files.newDirectoryStream(folder)) {
            return !entries.iterator().hasNext();
        }
    }

    private static MatriarchException refused(String why, String hint) {
        return new MatriarchException(Code.RESTORE, why, hint);
    }
}
