package io.matriarch.backup.task;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A repository in a directory, seen from a standby,")
class SharedDirectoryTest {
    @TempDir private Path root;

    @Test
    @DisplayName("is of use once the primary's WAL is there")
    void shared() throws Exception {
        Files.createDirectories(root.resolve("archive/main/17-1/0000000100000000"));
        assertThat(SharedDirectory.trouble("local", root, "main")).isEmpty();
    }

    @Test
    @DisplayName("is of none without, and the reason names the place")
    void alone() throws Exception {
        assertThat(SharedDirectory.trouble("local", root, "main").orElseThrow())
                .contains("local", root.resolve("archive/main").toString(), "mounted");
        Files.createDirectories(root.resolve("archive/main/17-1"));
        assertThat(SharedDirectory.trouble("local", root, "main")).isPresent();
        Files.createDirectories(root.resolve("archive/other/17-1/0000000100000000"));
        assertThat(SharedDirectory.trouble("local", root, "main")).isPresent();
    }
}
