package io.matriarch.backup.osgi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.matriarch.api.MatriarchException;
import io.matriarch.backup.codec.Passphrase;
import io.matriarch.storage.api.Location;
import io.matriarch.storage.api.Location.Credentials;
import io.matriarch.storage.api.Location.Encryption;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A repository of matriarch.yml")
class ConfiguredRepositoryTest {
    @TempDir Path folder;

    @Test
    @DisplayName("in a directory is required and not encrypted unless it says so")
    void directory() throws Exception {
        assertThat(ConfiguredRepository.read("{\"name\":\"local\",\"directory\":\"/b\"}"))
                .isEqualTo(
                        new ConfiguredRepository(
                                "local",
                                true,
                                new Location.Directory(Path.of("/b")),
                                Optional.empty()));
    }

    @Test
    @DisplayName("in S3 takes its secrets from files, without the line end")
    void s3() throws Exception {
        var key = Files.writeString(folder.resolve("key"), "s3cret\n");
        var pass = Files.writeString(folder.resolve("pass"), "words of mine\n");
        var read =
                ConfiguredRepository.read(
                        """
                        {"name":"far","required":false,
                         "s3":{"bucket":"b","prefix":"/p/","endpoint":"https://s3.example.org",
                               "access_key":"k","secret_key_file":"%s","sse":"kms",
                               "sse_kms_key_id":"id","tags":{"owner":"dba"},"deadline":90,
                               "part_size":16777216},
                         "cipher":{"type":"aes-256-cbc","passphrase_file":"%s"}}
                        """
                                .formatted(key, pass));
        assertThat(read.required()).isFalse();
        assertThat(read.passphrase()).contains(new Passphrase("words of mine"));
        assertThat(read.location())
                .isEqualTo(
                        new Location.S3(
                                "b",
                                "p",
                                Optional.of(URI.create("https://s3.example.org")),
                                "us-east-1",
                                true,
                                Optional.empty(),
                                new Credentials.Keys("k", "s3cret", Optional.empty()),
                                new Encryption.ByKms("id"),
                                Optional.empty(),
                                Map.of("owner", "dba"),
                                new Location.Transfer(Duration.ofSeconds(90), 16 << 20, 4)));
    }

    @Test
    @DisplayName("says which file of a secret cannot be read, and which key is missing")
    void wrong() {
        assertThatThrownBy(() ->
                        ConfiguredRepository.read(
                                "{\"name\":\"a\",\"directory\":\"/b\",\"cipher\":"
                                        + "{\"type\":\"aes-256-cbc\",\"passphrase_file\":\"/no/such\"}}"))
                .isInstanceOf(MatriarchException.class)
                .hasMessageStartingWith("/no/such cannot be read");
        assertThatThrownBy(() -> ConfiguredRepository.read("{\"name\":\"a\"}"))
                .hasMessage("a repository has no directory");
    }
}
