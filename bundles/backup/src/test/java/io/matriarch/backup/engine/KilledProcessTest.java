package io.matriarch.backup.engine;

import static io.matriarch.backup.engine.Workshop.WORKS;
import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.backup.codec.Sha1;
import io.matriarch.backup.format.BackupType;
import io.matriarch.backup.verify.Verifier;
import io.matriarch.backup.wal.Cluster;
import io.matriarch.storage.disk.DirectoryStorage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Real processes, killed by SIGKILL while they make a backup, archive, expire or restore, at points
 * a seed chooses: {@code -Dbackup.kills=200} for many, {@code -Dbackup.seed=N} to see one again.
 */
@Tag("long")
@DisplayName("Wherever a process is killed")
class KilledProcessTest {
    static final int SEGMENTS = 3;
    private static final int KILLS = Integer.getInteger("backup.kills", 8);

    /** About what a work calls its storage, so that most are killed before they end. */
    private static final Map<String, Integer> CALLS =
            Map.of("push", 30, "backup", 120, "expire", 30, "restore", 40);

    @TempDir private Path folder;
    private final List<String> acknowledged = new ArrayList<>();
    private int segment = 1;

    @Test
    @DisplayName(
            "the next run succeeds, the repository verifies, and no acknowledged WAL is missing")
    void killed() throws Exception {
        long seed = Long.getLong("backup.seed", new Random().nextLong(1_000_000));
        var shop = Workshop.create(folder);
        var random = new Random(seed);
        var kills = new TreeMap<String, Integer>();
        int ended = 0;
        for (int round = 0; sum(kills) < KILLS || kills.size() < WORKS.size(); round++) {
            String work = WORKS.get(round % WORKS.size());
            String point = "seed %d, round %d, %s".formatted(seed, round, work);
            prepare(shop, work, random);
            if (live(work, random.nextLong(), 1 + random.nextInt(CALLS.get(work))))
                kills.merge(work, 1, Integer::sum);
            else assertThat(++ended).as("works that were not killed").isLessThan(20 + KILLS);
            try {
                afterwards(shop, work);
            } catch (Exception | AssertionError e) {
                throw new AssertionError("after " + point, e);
            }
        }
        System.err.printf("[backup] seed %d: killed %s, not killed %d%n", seed, kills, ended);
    }

    private static int sum(TreeMap<String, Integer> kills) {
        return kills.values().stream().mapToInt(Integer::intValue).sum();
    }

    /** So that there is something to do. */
    private static void prepare(Workshop shop, String work, Random random) throws Exception {
        if (work.equals("restore")) TestServer.delete(shop.restored());
        else shop.change(random);
        if (work.equals("expire")) shop.backup(BackupType.FULL);
    }

    /** True if it was killed before it ended. */
    private boolean live(String work, long seed, int calls) throws Exception {
        var process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                                "-Xmx96m",
                                "-XX:TieredStopAtLevel=1",
                                "-XX:+UseSerialGC",
                                "--enable-native-access=ALL-UNNAMED",
                                "-cp",
                                System.getProperty("java.class.path"),
                                KillMain.class.getName(),
                                folder.toString(),
                                work,
                                String.valueOf(seed),
                                String.valueOf(calls),
                                String.valueOf(segment))
                        .redirectErrorStream(true)
                        .start();
        var said = new StringBuilder();
        boolean done = false;
        boolean now = false;
        try (var output = process.inputReader()) {
            for (String line; (line = output.readLine()) != null; ) {
                said.append(line).append('\n');
                if (line.equals("@now")) {
                    now = true;
                    process.destroyForcibly();
                } else if (line.equals("@end")) done = true;
                else if (line.startsWith("@ack ")) acknowledged.add(line.substring(5));
            }
        } catch (IOException e) {
            if (!now) throw e; // the pipe of a process that was killed may be closed
        } finally {
            process.destroyForcibly();
        }
        int status = process.waitFor();
        assertThat(now || done && status == 0)
                .as("%s ended with %d: %s", work, status, said)
                .isTrue();
        return !done;
    }

    private void afterwards(Workshop shop, String work) throws Exception {
        whole();
        if (work.equals("push")) {
            shop.push(segment, SEGMENTS, acknowledged::add);
            segment += SEGMENTS;
            whole();
            return;
        }
        if (work.equals("backup")) shop.backup(BackupType.INCREMENTAL);
        if (work.equals("expire")) {
            shop.stanza.reconstruct();
            shop.expire();
            assertThat(shop.stanza.backupInfo().backups())
                    .filteredOn(backup -> backup.label().isFull())
                    .hasSize(1);
        }
        assertThat(shop.stanza.folders()).isEqualTo(shop.stanza.complete());
        assertThat(new Verifier(shop.stanza, 2, folder.resolve("verify")).run(List.of()).damages())
                .isEmpty();
        if (work.equals("expire")) return;
        shop.restore();
        assertThat(contents(shop.restored().resolve("pg_xact")))
                .isEqualTo(contents(shop.data.resolve("pg_xact")));
    }

    /** What PostgreSQL was told is archived is in the archive, once, as it was. */
    private void whole() throws Exception {
        var archive = Cluster.archive("repo1", new DirectoryStorage(Workshop.repository(folder)));
        for (String name : acknowledged)
            assertThat(Cluster.stored(archive, name))
                    .as(name)
                    .hasValueSatisfying(
                            bytes -> assertThat(bytes).isEqualTo(Cluster.content(name, 1)));
    }

    private static TreeMap<String, String> contents(Path directory) throws Exception {
        var contents = new TreeMap<String, String>();
        try (var files = Files.newDirectoryStream(directory)) {
            for (Path file : files)
                contents.put(file.getFileName().toString(), Sha1.of(Files.readAllBytes(file)));
        }
        return contents;
    }
}
