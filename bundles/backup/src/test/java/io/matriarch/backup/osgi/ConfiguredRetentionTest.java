package io.matriarch.backup.osgi;

import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.backup.expire.core.Retention;
import io.matriarch.backup.format.BackupType;
import java.util.OptionalInt;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The retention of a repository")
class ConfiguredRetentionTest {
    @Test
    @DisplayName("that is not configured removes nothing")
    void absent() throws Exception {
        assertThat(ConfiguredRetention.read("{\"name\":\"a\",\"directory\":\"/b\"}"))
                .isEqualTo(Retention.FOR_EVER);
        assertThat(ConfiguredRetention.read("{\"name\":\"a\",\"retention\":{}}"))
                .isEqualTo(Retention.FOR_EVER);
    }

    @Test
    @DisplayName("counts full backups unless it says time")
    void full() throws Exception {
        assertThat(ConfiguredRetention.read("{\"retention\":{\"full\":3}}").full())
                .isEqualTo(new Retention.Full.Count(3));
        assertThat(
                        ConfiguredRetention.read(
                                        "{\"retention\":{\"full\":14,\"full_type\":\"time\"}}")
                                .full())
                .isEqualTo(new Retention.Full.Days(14));
    }

    @Test
    @DisplayName("has all the other keys, too")
    void others() throws Exception {
        var retention =
                ConfiguredRetention.read(
                        "{\"retention\":{\"full\":2,\"diff\":4,\"archive\":5,"
                                + "\"archive_type\":\"diff\",\"history\":0}}");
        assertThat(retention)
                .isEqualTo(
                        new Retention(
                                new Retention.Full.Count(2),
                                OptionalInt.of(4),
                                OptionalInt.of(5),
                                BackupType.DIFFERENTIAL,
                                OptionalInt.of(0)));
    }
}
