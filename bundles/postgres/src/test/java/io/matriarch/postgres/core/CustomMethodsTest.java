package io.matriarch.postgres.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A method of the user's")
class CustomMethodsTest {
    private static final Path DATA = Path.of("/data");

    @Test
    @DisplayName("that makes the first directory is told the cluster, the directory and more")
    void bootstrap() {
        var method =
                CustomMethods.Bootstrap.of(
                        "copy",
                        Map.of(
                                "command", "/bin/copy -v",
                                "from", "node x",
                                "scope", "not this one",
                                "recovery_conf", Map.of("recovery_target_inclusive", true)));
        assertThat(method.arguments("demo", DATA))
                .containsExactly("--scope=demo", "--datadir=/data", "--from=node x");
        assertThat(method.recovery())
                .containsExactly(Map.entry("recovery_target_inclusive", "true"));
        assertThat(method.keepRecovery()).isFalse();
    }

    @Test
    @DisplayName("with no_params is told only what is the user's")
    void noParams() {
        var options = Map.of("command", "c", "no_params", true, "level", 3);
        assertThat(CustomMethods.Bootstrap.of("copy", options).arguments("demo", DATA))
                .containsExactly("--level=3");
        assertThat(CustomMethods.Replica.of("copy", options).arguments("demo", DATA, "host=a"))
                .containsExactly("--level=3");
    }

    @Test
    @DisplayName("that makes replicas is told where from as well, and not what is for us")
    void replica() {
        var method =
                CustomMethods.Replica.of(
                        "copy", Map.of("command", "c", "keep_data", "yes", "no_leader", 1));
        assertThat(method.arguments("demo", DATA, "host=a port=1"))
                .containsExactly(
                        "--scope=demo",
                        "--role=replica",
                        "--datadir=/data",
                        "--connstring=host=a port=1");
        assertThat(method.keepData()).isTrue();
        assertThat(CustomMethods.Replica.of("/bin/x", Map.of()).command()).contains("/bin/x");
    }

    @Test
    @DisplayName("is pg_basebackup where none is named")
    void none() {
        assertThat(new CustomMethods(Optional.empty(), List.of()))
                .isEqualTo(CustomMethods.NONE)
                .extracting(methods -> methods.replica().getFirst().command())
                .isEqualTo(Optional.empty());
    }

    @Test
    @DisplayName("without a command, or with a recovery setting that is none, is refused")
    void refused() {
        assertThatThrownBy(() -> CustomMethods.Bootstrap.of("copy", Map.of("command", " ")))
                .hasMessage("bootstrap.copy has no command; give what is to be run");
        assertThatThrownBy(() ->
                        CustomMethods.Bootstrap.of(
                                "copy",
                                Map.of("command", "c", "recovery_conf", Map.of("work_mem", "1MB"))))
                .hasMessageContaining("\"work_mem\" is no recovery setting");
    }
}
