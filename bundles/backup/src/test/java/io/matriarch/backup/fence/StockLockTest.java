package io.matriarch.backup.fence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.matriarch.api.Code;
import io.matriarch.api.MatriarchException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The lock of stock pgbackrest on this host")
class StockLockTest {
    private static final Path STOCK = Path.of("/usr/bin/pgbackrest");

    @TempDir private Path temporary;
    private Path folder;

    @BeforeEach
    void folder() {
        folder = temporary.resolve("lock");
    }

    private record Ended(int status, String output) {}

    private static Ended run(String... command) throws Exception {
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Ended(process.waitFor(), said);
    }

    private boolean isFree(String name) throws Exception {
        return run("flock", "-n", folder.resolve(name).toString(), "true").status() == 0;
    }

    @Test
    @DisplayName("is held by both names that stock's releases know, and free again afterwards")
    void held() throws Exception {
        try (var lock = StockLock.take(folder, "demo")) {
            assertThat(lock.isHeld()).isTrue();
            for (String name : List.of("demo-backup.lock", "demo-backup-1.lock"))
                assertThat(isFree(name)).as(name).isFalse();
            assertThat(folder.resolve("demo-backup-1.lock"))
                    .content()
                    .contains("\"pid\":" + ProcessHandle.current().pid());
            try (var other = StockLock.take(folder, "other")) {
                assertThat(other.isHeld()).as("another stanza's").isTrue();
            }
        }
        assertThat(isFree("demo-backup.lock")).isTrue();
        assertThat(isFree("demo-backup-1.lock")).isTrue();
        assertThat(folder.resolve("demo-backup-1.lock")).isEmptyFile();
    }

    @Test
    @DisplayName("cannot be had while another process has it, and the message says which")
    void taken() throws Exception {
        Files.createDirectories(folder);
        Path file = folder.resolve("demo-backup-7.lock");
        Files.writeString(file, "{\"execId\":\"77-0123abcd\",\"pid\":77}\n");
        var holder =
                new ProcessBuilder("flock", "-n", file.toString(), "sh", "-c", "echo has; read x")
                        .start();
        try {
            assertThat(holder.inputReader().readLine()).isEqualTo("has");
            var refused =
                    catchThrowableOfType(
                            MatriarchException.class, () -> StockLock.take(folder, "demo"));
            assertThat(refused.code()).isEqualTo(Code.REFUSED);
            assertThat(refused)
                    .hasMessageContaining("demo-backup-7.lock")
                    .hasMessageContaining("\"pid\":77");
            assertThat(isFree("demo-backup.lock")).as("none is kept").isTrue();
        } finally {
            holder.outputWriter().close();
            holder.waitFor();
        }
        StockLock.take(folder, "demo").close();
    }

    @Test
    @DisplayName("is refused after pgbackrest stop, for the stanza and for all")
    void stopped() throws IOException {
        Files.createDirectories(folder);
        for (String name : List.of("demo.stop", "all.stop")) {
            Path stop = Files.createFile(folder.resolve(name));
            assertThat(
                            catchThrowableOfType(
                                    MatriarchException.class, () -> StockLock.take(folder, "demo")))
                    .hasMessageContaining(stop.toString());
            Files.delete(stop);
        }
    }

    @Test
    @DisplayName("is done without where its folder cannot be used")
    void unusable() throws Exception {
        Path file = Files.createFile(temporary.resolve("file"));
        try (var lock = StockLock.take(file.resolve("lock"), "demo")) {
            assertThat(lock.isHeld()).isFalse();
        }
    }

    @Test
    @DisplayName("is done without where its folder is another user's, who may have put links there")
    void notOurs() throws Exception {
        Path victim = Files.writeString(temporary.resolve("victim"), "precious");
        Files.createDirectories(folder);
        Files.createSymbolicLink(folder.resolve("demo-backup.lock"), victim);
        assumeTrue(
                run("chown", "nobody", folder.toString()).status() == 0,
                "only root gives a folder away");
        try (var lock = StockLock.take(folder, "demo")) {
            assertThat(lock.isHeld()).isFalse();
        }
        assertThat(victim).hasContent("precious");
    }

    @Test
    @DisplayName("keeps the stock program itself out, and it says why")
    void stock() throws Exception {
        assumeTrue(Files.isExecutable(STOCK), "stock pgbackrest is not installed");
        String[] expire = {
            STOCK.toString(),
            "expire",
            "--stanza=demo",
            "--lock-path=" + folder,
            "--log-level-file=off",
            "--repo1-path=" + temporary.resolve("repository"),
            "--repo1-retention-full=2"
        };
        try (var _ = StockLock.take(folder, "demo")) {
            var refused = run(expire);
            assertThat(refused.status()).as(refused.output()).isEqualTo(50);
            assertThat(refused.output()).contains("unable to acquire lock");
        }
        assertThat(run(expire).output())
                .contains("unable to load info file")
                .doesNotContain("unable to acquire lock");
    }
}
