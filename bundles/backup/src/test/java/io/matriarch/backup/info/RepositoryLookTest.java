package io.matriarch.backup.info;

import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.backup.api.RepositoryStatus;
import io.matriarch.backup.api.RepositoryStatus.Archive;
import io.matriarch.backup.api.RepositoryStatus.Pages;
import io.matriarch.backup.codec.Passphrase;
import io.matriarch.backup.format.Samples;
import io.matriarch.backup.repository.Repository;
import io.matriarch.storage.memory.MemoryStorage;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A look into a repository")
class RepositoryLookTest {
    private final MemoryStorage storage = new MemoryStorage();

    private void stock(String sample) throws Exception {
        for (String half : List.of("archive", "backup"))
            storage.put(
                    "%s/main/%s.info".formatted(half, half),
                    Samples.bytes("%s/%s.info".formatted(sample, half)));
    }

    private RepositoryStatus look(Optional<Passphrase> passphrase) {
        return RepositoryLook.at(
                new Repository("repo1", storage, passphrase).stanza("main"),
                true,
                InstantSource.system());
    }

    private void segment(String folder, String name) throws Exception {
        String checksum = "da39a3ee5e6b4b0d3255bfef95601890afd80709";
        storage.put(
                "archive/main/17-1/" + folder + "/" + name + "-" + checksum + ".zst", new byte[1]);
    }

    @Test
    @DisplayName("that stock wrote tells its backups as stock does")
    void stockBackups() throws Exception {
        stock("plain-zst");
        var status = look(Optional.empty());
        assertThat(status.trouble()).isEmpty();
        assertThat(status.systemId()).isEqualTo("7711166835679775872");
        assertThat(status.postgres()).isEqualTo("17");
        assertThat(status.encrypted()).isFalse();
        assertThat(status.backups()).hasSize(2);
        var full = status.backups().getFirst();
        var incr = status.backups().getLast();
        assertThat(full.label()).isEqualTo("20261123-014615F");
        assertThat(full.type()).isEqualTo("full");
        assertThat(full.prior()).isEmpty();
        assertThat(full.pages()).isEqualTo(Pages.CLEAN);
        assertThat(full.repositoryBytes()).isEqualTo(full.repositoryChangedBytes()).isPositive();
        assertThat(incr.prior()).contains("20261123-014615F");
        assertThat(incr.references()).containsExactly("20261123-014615F");
        assertThat(incr.repositoryChangedBytes()).isLessThan(incr.repositoryBytes());
        assertThat(incr.walFirst().orElseThrow()).hasSize(24);
        assertThat(incr.stop()).isAfterOrEqualTo(incr.start());
    }

    @Test
    @DisplayName("tells the ends of each archive, whatever else lies there")
    void archiveEnds() throws Exception {
        stock("plain-zst");
        assertThat(look(Optional.empty()).archives())
                .containsExactly(new Archive("17-1", Optional.empty(), Optional.empty()));
        segment("0000000100000000", "0000000100000000000000FE");
        segment("0000000100000000", "0000000100000000000000FF");
        segment("0000000200000001", "000000020000000100000000");
        storage.put("archive/main/17-1/00000002.history", new byte[1]);
        storage.put("archive/main/17-1/0000000300000001/unknown", new byte[1]);
        assertThat(look(Optional.empty()).archives())
                .containsExactly(
                        new Archive(
                                "17-1",
                                Optional.of("0000000100000000000000FE"),
                                Optional.of("000000020000000100000000")));
    }

    @Test
    @DisplayName("that is encrypted needs its passphrase, and says so")
    void encrypted() throws Exception {
        stock("encrypted");
        var good = look(Optional.of(new Passphrase("matriarch-test-pass")));
        assertThat(good.trouble()).isEmpty();
        assertThat(good.encrypted()).isTrue();
        for (var wrong :
                List.of(Optional.of(new Passphrase("wrong")), Optional.<Passphrase>empty()))
            assertThat(look(wrong).trouble().orElseThrow().hint())
                    .containsAnyOf("passphrase", "encrypted");
    }

    @Test
    @DisplayName("that has no stanza, or is away, is an answer with its trouble")
    void trouble() throws Exception {
        assertThat(look(Optional.empty()).trouble().orElseThrow().message())
                .contains("there is no stanza main in repo1");
        stock("plain-zst");
        storage.faults().unreachable(true);
        var away = look(Optional.empty());
        assertThat(away.trouble()).isPresent();
        assertThat(away.backups()).isEmpty();
        assertThat(away.where()).isEqualTo("memory");
    }
}
