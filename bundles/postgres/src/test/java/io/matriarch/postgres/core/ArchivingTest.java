package io.matriarch.postgres.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("With a repository configured")
class ArchivingTest {
    private static final WalCommands OURS = new WalCommands("ours push %p", "ours get %f %p");

    private static Archiving archiving(Map<String, Object> cluster, Map<String, String> base) {
        return Archiving.of(Merged.of(cluster, Map.of(), true), OURS, base);
    }

    private static Map<String, Object> parameters(Map<String, Object> values) {
        return Map.of("parameters", values);
    }

    @Test
    @DisplayName("the server archives every minute, and standbys restore, all by our program")
    void ours() {
        var archiving =
                archiving(
                        Map.of(),
                        Map.of(
                                "archive_mode", "off",
                                "archive_command", "",
                                "archive_timeout", "0",
                                "restore_command", ""));
        assertThat(archiving.merged().parameters())
                .containsExactlyInAnyOrderEntriesOf(
                        Map.of(
                                "archive_mode", "on",
                                "archive_command", "ours push %p",
                                "archive_timeout", "60s"));
        assertThat(archiving.merged().recovery())
                .containsEntry("restore_command", "ours get %f %p");
        assertThat(archiving.notes()).isEmpty();
    }

    @Test
    @DisplayName("a user's own commands stay, and he is told what that means")
    void usersCommands() {
        var archiving =
                archiving(
                        Map.of(
                                "parameters",
                                Map.of("archive_command", "cp %p /a/%f", "archive_timeout", 5),
                                "recovery_conf",
                                Map.of("restore_command", "cp /a/%f %p")),
                        Map.of());
        assertThat(archiving.merged().parameters())
                .containsEntry("archive_command", "cp %p /a/%f")
                .containsEntry("archive_timeout", "5")
                .containsEntry("archive_mode", "on");
        assertThat(archiving.merged().recovery()).containsEntry("restore_command", "cp /a/%f %p");
        assertThat(archiving.notes())
                .hasSize(2)
                .anyMatch(note -> note.startsWith("archive_command stays \"cp %p /a/%f\""))
                .anyMatch(note -> note.startsWith("restore_command stays \"cp /a/%f %p\""));
    }

    @Test
    @DisplayName("what the base file or ALTER SYSTEM says is the user's own as well")
    void baseFile() {
        var archiving =
                archiving(
                        Map.of(),
                        Map.of(
                                "archive_mode", "always",
                                "archive_library", "basic_archive",
                                "archive_timeout", "300",
                                "restore_command", "fetch %f %p"));
        assertThat(archiving.merged().parameters()).isEmpty();
        assertThat(archiving.merged().recovery()).doesNotContainKey("restore_command");
        assertThat(archiving.notes()).hasSize(2);
    }

    @Test
    @DisplayName("settings of the cluster win over the base file")
    void clusterOverBase() {
        var archiving =
                archiving(
                        parameters(Map.of("archive_command", "ours push %p")),
                        Map.of("archive_command", "old"));
        assertThat(archiving.merged().parameters())
                .containsEntry("archive_command", "ours push %p");
        assertThat(archiving.notes()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"off", "false", "0"})
    @DisplayName("archive_mode that was switched off on purpose stays off, and that is told")
    void off(String value) {
        var archiving = archiving(parameters(Map.of("archive_mode", value)), Map.of());
        assertThat(archiving.merged().parameters()).containsEntry("archive_mode", value);
        assertThat(archiving.notes())
                .anyMatch(note -> note.startsWith("archive_mode is off as you set it"));
    }

    @Test
    @DisplayName("a value PostgreSQL calls disabled is none")
    void disabled() {
        assertThat(
                        archiving(Map.of(), Map.of("archive_command", "(disabled)"))
                                .merged()
                                .parameters())
                .containsEntry("archive_command", "ours push %p");
    }

    @Test
    @DisplayName("and without one nothing is added")
    void none() {
        var merged = Merged.of(Map.of(), Map.of(), true);
        assertThat(Archiving.of(merged, WalCommands.NONE, Map.of()).merged()).isEqualTo(merged);
    }
}
