package io.matriarch.postgres.osgi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.matriarch.postgres.api.HostPort;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsReaderTest {
    private static Map<String, Object> with(String key, Object value) {
        var properties =
                new HashMap<String, Object>(
                        Map.of(
                                "scope", "demo",
                                "name", "node-a",
                                "listen", "0.0.0.0:5433",
                                "dataDir", "/data/pg"));
        properties.put(key, value);
        return properties;
    }

    @Test
    @DisplayName("the four keys nobody can guess are enough")
    void defaults() {
        var settings = SettingsReader.read(with("ignored", 1));
        assertThat(settings.connectAddress()).isEqualTo(new HostPort("127.0.0.1", 5433));
        assertThat(settings.configDir()).isEqualTo(Path.of("/data/pg"));
        assertThat(settings.pgpass()).isEqualTo(Path.of("/data/matriarch/pgpass"));
        assertThat(settings.superuser().username()).isEqualTo("postgres");
        assertThat(settings.rewind()).isEqualTo(settings.superuser());
        assertThat(settings.local()).isEmpty();
        assertThat(settings.divergedWalBytes()).isEqualTo(1L << 30);
    }

    @Test
    @DisplayName("how much diverged WAL is kept may be nothing, and more than fits an int")
    void divergedWal() {
        assertThat(SettingsReader.read(with("divergedWalBytes", 0L)).divergedWalBytes()).isZero();
        assertThat(SettingsReader.read(with("divergedWalBytes", 5L << 30)).divergedWalBytes())
                .isEqualTo(5L << 30);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "10.0.0.1:5432; 10.0.0.1; 5432",
                "10.0.0.1; 10.0.0.1; 5432",
                "[::]:5433; ::; 5433",
                "::1; ::1; 5432",
                "10.0.0.1,127.0.0.1:6000; 10.0.0.1|127.0.0.1; 6000",
                "*:5432; *; 5432"
            })
    @DisplayName("listen is read as Patroni reads it")
    void listen(String listen, String hosts, int port) {
        var settings = SettingsReader.read(with("listen", listen));
        assertThat(String.join("|", settings.listenHosts())).isEqualTo(hosts);
        assertThat(settings.port()).isEqualTo(port);
    }

    @Test
    @DisplayName("objects come as JSON, lists as arrays")
    void objects() {
        var properties =
                with(
                        "authentication",
                        "{\"superuser\":{\"username\":\"admin\",\"password\":\"p\",\"sslmode\":\"require\"},"
                                + "\"rewind\":{\"username\":\"rw\",\"password\":123},"
                                + "\"monitor\":{\"username\":\"eyes\",\"password\":\"m\"}}");
        properties.put("parameters", "{\"work_mem\":\"8MB\"}");
        properties.put("initdb", "[\"no-locale\",{\"encoding\":\"UTF8\"}]");
        properties.put("pgHba", new String[] {"local all all peer"});
        properties.put("usePgRewind", true);
        var settings = SettingsReader.read(properties);
        assertThat(settings.superuser().options()).containsEntry("sslmode", "require");
        assertThat(settings.rewind().password()).isEqualTo("123");
        assertThat(settings.monitor().orElseThrow().username()).isEqualTo("eyes");
        assertThat(settings.initdb()).hasSize(2);
        assertThat(settings.local())
                .containsEntry("parameters", Map.of("work_mem", "8MB"))
                .containsEntry("pg_hba", List.of("local all all peer"))
                .containsEntry("use_pg_rewind", true);
    }

    @Test
    @DisplayName("what is wrong is named with its key and value")
    void refusals() {
        assertThatThrownBy(() -> SettingsReader.read(with("listen", "host:99999")))
                .hasMessageContaining("postgresql.listen")
                .hasMessageContaining("99999");
        assertThatThrownBy(() -> SettingsReader.read(with("name", "")))
                .hasMessageContaining("name is missing");
        assertThatThrownBy(() -> SettingsReader.read(with("pgCtlTimeout", "soon")))
                .hasMessageContaining("soon");
        assertThatThrownBy(() -> SettingsReader.read(with("divergedWalBytes", "-1")))
                .hasMessageContaining("matriarch.diverged_wal_limit")
                .hasMessageContaining("-1");
        assertThatThrownBy(() -> SettingsReader.read(with("authentication", "{broken")))
                .hasMessageContaining("authentication");
    }
}
