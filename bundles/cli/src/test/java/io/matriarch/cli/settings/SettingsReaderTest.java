package io.matriarch.cli.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.matriarch.api.Code;
import io.matriarch.api.MatriarchException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("What the command takes from the configuration file")
class SettingsReaderTest {

    @TempDir Path folder;

    private Settings read(String yaml, Map<String, String> environment)
            throws IOException, MatriarchException {
        Path file = Files.writeString(folder.resolve("matriarch.yml"), yaml);
        return SettingsReader.read(Optional.of(file), environment);
    }

    @Test
    @DisplayName("is address, credentials and TLS; the rest may be wrong")
    void read() throws Exception {
        var settings =
                read(
                        """
                        restapi:
                          listen: 0.0.0.0:8008
                          connect_address: db1:8008
                          certfile: /etc/s.pem
                          cafile: /etc/ca.pem
                          authentication: {username: u, password: p}
                        ctl: {certfile: /etc/c.pem, keyfile: /etc/k.pem, insecure: on}
                        postgresql: {database: app, listen: [nonsense]}
                        """,
                        Map.of());
        assertThat(settings.urls()).containsExactly(URI.create("https://db1:8008"));
        assertThat(settings.username()).contains("u");
        assertThat(settings.password()).contains("p");
        assertThat(settings.cacert()).contains(Path.of("/etc/ca.pem"));
        assertThat(settings.cert()).contains(Path.of("/etc/c.pem"));
        assertThat(settings.key()).contains(Path.of("/etc/k.pem"));
        assertThat(settings.insecure()).isTrue();
        assertThat(settings.database()).contains("app");
        assertThat(settings).asString().doesNotContain("password");
    }

    @Test
    @DisplayName("prefers ctl's user, and then ctl's password as well")
    void pair() throws Exception {
        var settings =
                read(
                        """
                        restapi: {authentication: {username: u, password: p}}
                        ctl: {authentication: {username: v}}
                        """,
                        Map.of());
        assertThat(settings.username()).contains("v");
        assertThat(settings.password()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'*:8010' | http://127.0.0.1:8010",
                "'0.0.0.0:8010' | http://127.0.0.1:8010",
                "'[::]:8010' | http://127.0.0.1:8010",
                "'10.0.0.1,127.0.0.1:8010' | http://10.0.0.1:8010",
                "'[::1]:8010' | http://[::1]:8010"
            })
    @DisplayName("makes of an address to listen on one to connect to")
    void listen(String listen, String url) throws Exception {
        assertThat(read("restapi: {listen: '" + listen + "'}", Map.of()).urls())
                .containsExactly(URI.create(url));
    }

    @Test
    @DisplayName("is overridden by the environment")
    void environment() throws Exception {
        assertThat(
                        read(
                                        "restapi: {connect_address: a:1}",
                                        Map.of("PATRONI_RESTAPI_CONNECT_ADDRESS", "b:2"))
                                .urls())
                .containsExactly(URI.create("http://b:2"));
        assertThat(
                        read(
                                        "restapi: {connect_address: a:1}",
                                        Map.of("MATRIARCHCTL_URL", "c:3, https://d:4"))
                                .urls())
                .containsExactly(URI.create("http://c:3"), URI.create("https://d:4"));
        assertThat(SettingsReader.read(Optional.empty(), Map.of()).urls())
                .containsExactly(URI.create("http://127.0.0.1:8008"));
    }

    @Test
    @DisplayName("may be spread over a directory, later files over earlier ones")
    void directory() throws Exception {
        Files.writeString(
                folder.resolve("10.yml"), "restapi: {connect_address: 'a:1', certfile: /s}");
        Files.writeString(folder.resolve("20.yaml"), "restapi: {connect_address: 'b:2'}");
        assertThat(SettingsReader.read(Optional.of(folder), Map.of()).urls())
                .containsExactly(URI.create("https://b:2"));
    }

    @Test
    @DisplayName("that is missing or no YAML is refused by name")
    void refused() {
        var missing =
                catchThrowableOfType(
                        MatriarchException.class,
                        () ->
                                SettingsReader.read(
                                        Optional.of(folder.resolve("nowhere.yml")), Map.of()));
        assertThat(missing.code()).isEqualTo(Code.CONFIG);
        assertThat(missing).hasMessageContaining("nowhere.yml does not exist");
        var broken = catchThrowableOfType(MatriarchException.class, () -> read("a: [", Map.of()));
        assertThat(broken.code()).isEqualTo(Code.CONFIG);
        assertThat(broken).hasMessageContaining("matriarch.yml");
    }

    @Test
    @DisplayName("files given on the command line win, and a certificate brings its own key")
    void tlsOfTheCommandLine() throws Exception {
        var known =
                SettingsReader.read(
                        Optional.empty(),
                        Map.of(
                                "PATRONI_CTL_CACERT", "/etc/ca.pem",
                                "PATRONI_CTL_CERTFILE", "/etc/c.pem",
                                "PATRONI_CTL_KEYFILE", "/etc/k.pem"));
        var nothing = Optional.<Path>empty();
        assertThat(known.withTls(nothing, nothing, nothing)).isEqualTo(known);
        var own = known.withTls(nothing, Optional.of(Path.of("mine.pem")), nothing);
        assertThat(own.cacert()).contains(Path.of("/etc/ca.pem"));
        assertThat(own.cert()).contains(Path.of("mine.pem"));
        assertThat(own.key()).isEmpty();
        var all =
                known.withTls(
                        Optional.of(Path.of("ca")),
                        Optional.of(Path.of("c")),
                        Optional.of(Path.of("k")));
        assertThat(all.key()).contains(Path.of("k"));
        assertThat(all.cacert()).contains(Path.of("ca"));
    }
}
