package io.matriarch.backup.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.matriarch.api.Code;
import io.matriarch.api.MatriarchException;
import io.matriarch.backup.api.Restoring.State;
import io.matriarch.backup.api.Restoring.Wanted;
import io.matriarch.backup.progress.ProgressMeter;
import io.matriarch.backup.restore.RestoreOrder.Over;
import io.matriarch.backup.task.ProgressText;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A restore beside a member")
class LocalRestoresTest {
    private static final Instant AT = Instant.parse("2026-11-30T02:00:00Z");
    @TempDir private Path folder;

    private static Wanted wanted(
            Optional<String> backup,
            String directory,
            List<String> databases,
            boolean delta,
            boolean replacement) {
        return new Wanted(
                "latest",
                Optional.empty(),
                backup,
                directory,
                Optional.empty(),
                databases,
                delta,
                replacement);
    }

    private RestoreAsk ask(Wanted wanted) throws MatriarchException {
        return new LocalRestores(folder.resolve("own"), "get %f \"%p\"", 2).ask(wanted);
    }

    private RestoreAsk ask(String directory, boolean delta) throws MatriarchException {
        return ask(wanted(Optional.empty(), directory, List.of("sales"), delta, false));
    }

    private MatriarchException refused(String directory) {
        return catchThrowableOfType(MatriarchException.class, () -> ask(directory, true));
    }

    @Test
    @DisplayName("may lie over the same cluster only if that was said, and archives nothing")
    void over() throws Exception {
        String there = folder.resolve("there").toString();
        assertThat(ask(there, false).over()).isEqualTo(Over.NOTHING);
        assertThat(ask(there, true).over()).isEqualTo(Over.SAME_CLUSTER);
        assertThat(ask(there, true).archiveOff()).isTrue();
        assertThat(ask(there, true).include()).containsExactly("sales");
        assertThat(ask(there, true).restoreCommand()).isEqualTo("get %f \"%p\"");
    }

    private RestoreAsk replacing(String directory, List<String> databases)
            throws MatriarchException {
        return ask(wanted(Optional.empty(), directory, databases, false, true));
    }

    @Test
    @DisplayName("goes beside the member's own directory if it is to replace it, whole, archive on")
    void replacement() throws Exception {
        var ask = replacing("", List.of());
        assertThat(ask.dataDirectory())
                .contains(folder.toRealPath().resolve("own.replacement").toString());
        assertThat(ask.archiveOff()).isFalse();
        assertThat(ask.over()).isEqualTo(Over.NOTHING);
        for (var bad : List.<List<String>>of(List.of("sales"), List.of()))
            assertThat(
                            catchThrowableOfType(
                                            MatriarchException.class,
                                            () -> replacing(bad.isEmpty() ? "/r" : "", bad))
                                    .code())
                    .isEqualTo(Code.USAGE);
    }

    @Test
    @DisplayName("never goes to the member's own directory, above, below, or by a link")
    void own() throws Exception {
        Path own = Files.createDirectories(folder.resolve("own"));
        Path link = Files.createSymbolicLink(folder.resolve("link"), own);
        for (Path each :
                new Path[] {own, folder, own.resolve("base"), link, folder.resolve("x/../own")}) {
            assertThat(refused(each.toString()).code()).isEqualTo(Code.RESTORE);
            assertThat(refused(each.toString())).hasMessageContaining(own.toString());
        }
        assertThat(refused("relative").code()).isEqualTo(Code.USAGE);
    }

    @Test
    @DisplayName("takes no label for one that is none")
    void label() {
        String there = folder.resolve("there").toString();
        var wanted = wanted(Optional.of("newest"), there, List.of(), false, false);
        assertThat(catchThrowableOfType(MatriarchException.class, () -> ask(wanted)))
                .hasMessageContaining("\"newest\"");
    }

    @Test
    @DisplayName("makes a server that waits for nobody and reads its own access rules")
    void apart() throws Exception {
        Files.createFile(folder.resolve("pg_hba.conf"));
        Files.writeString(folder.resolve("postgresql.auto.conf"), "a = '1'\n");
        Apart.settle(folder);
        assertThat(Files.readString(folder.resolve("postgresql.auto.conf")))
                .startsWith("a = '1'\n")
                .contains("synchronous_standby_names = ''\n")
                .contains("hba_file = '" + folder.resolve("pg_hba.conf") + "'\n")
                .doesNotContain("ident_file");
    }

    @Test
    @DisplayName("tells how far it is, how fast and when it ends")
    void progress() {
        var seconds = new AtomicLong();
        var meter =
                new ProgressMeter(
                        "local",
                        () -> AT.plusSeconds(seconds.get()),
                        () -> TimeUnit.SECONDS.toNanos(seconds.get()));
        var restored = new RestoreProgress();
        assertThat(restored.figures(meter).phase()).isEqualTo("planning");
        restored.begin(100 << 20, 2);
        assertThat(restored.figures(meter).phase()).isEqualTo("restoring");
        restored.done(50 << 20, false);
        seconds.set(5);
        var half = restored.figures(meter);
        assertThat(half.filesDone()).isEqualTo(1);
        assertThat(half.bytesPerSecond()).isEqualTo(10 << 20);
        assertThat(half.end()).contains(AT.plusSeconds(10));
        assertThat(ProgressText.of("", half, AT.plusSeconds(5)))
                .isEqualTo(
                        "local: 50 % (50 MB of 100 MB), 10 MB/s, 5 s left, until"
                                + " 2026-11-30T02:00:10Z");
        restored.done(50 << 20, true);
        assertThat(restored.figures(meter).phase()).isEqualTo("finishing");
    }

    @Test
    @DisplayName("runs once to a directory, and can be cancelled")
    void jobs() throws Exception {
        var jobs = new RestoreJobs(InstantSource.system());
        var began = new CountDownLatch(1);
        String id =
                jobs.start(
                        "latest",
                        "local",
                        folder,
                        _ -> {
                            began.countDown();
                            try {
                                new CountDownLatch(1).await();
                            } catch (InterruptedException e) {
                                throw new MatriarchException(Code.RESTORE, "interrupted", "");
                            }
                            return "never";
                        });
        began.await();
        assertThat(
                        catchThrowableOfType(
                                        MatriarchException.class,
                                        () -> jobs.start("latest", "local", folder, _ -> ""))
                                .code())
                .isEqualTo(Code.REFUSED);
        assertThat(
                        catchThrowableOfType(MatriarchException.class, () -> jobs.cancel("other"))
                                .code())
                .isEqualTo(Code.REFUSED);
        jobs.cancel(id);
        jobs.close();
        assertThat(jobs.jobs().getFirst().state()).isEqualTo(State.CANCELLED);
        jobs.start("latest", "local", folder, _ -> "done");
        jobs.close();
        assertThat(jobs.jobs()).hasSize(2);
    }
}
