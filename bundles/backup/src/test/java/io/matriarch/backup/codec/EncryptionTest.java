package io.matriarch.backup.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Encryption as openssl does it")
class EncryptionTest {
    private static final Passphrase PASS = new Passphrase("matriarch-test-pass");
    private static final Passphrase OF_FILES =
            new Passphrase("lCJpys3q5ar0+XyiyXKqDWrTHXpeervdtg3R8PBih7fRbDm2uFQCZRi/PEjm1Mce");
    private static final byte[] SALT = {1, 2, 3, 4, 5, 6, 7, 8};
    private static final byte[] PLAIN = "hello pgbackrest".getBytes(StandardCharsets.UTF_8);
    private static final byte[] ENCRYPTED =
            Bytes.hex(
                    "53616c7465645f5f01020304050607084cd5fa24e79b244a683ef10592e8d162"
                            + "787fcf9d8f92d76ebf2ea464356af4c2");

    @Test
    @DisplayName("derives key and IV from passphrase and salt")
    void derives() {
        var derived = Cbc.derive(PASS.bytes(), SALT);
        assertThat(Arrays.copyOf(derived, 48))
                .isEqualTo(
                        Bytes.hex(
                                "d372ad47dd766dd2c2ddc660c21aca665de001ab8647d000b9e81110050fcd22"
                                        + "e38ad2f1275e4223cb824b2e6853298d"));
    }

    @Test
    @DisplayName("writes what openssl would with the same salt, and in raw form without the magic")
    void encrypts() throws Exception {
        assertThat(encrypt(Form.STANDARD)).isEqualTo(ENCRYPTED);
        assertThat(encrypt(Form.RAW)).isEqualTo(Arrays.copyOfRange(ENCRYPTED, 8, 48));
    }

    private static byte[] encrypt(Form form) throws Exception {
        try (var memory = new DirectMemory()) {
            var encryptor = new Encryptor(PASS, memory);
            var out = new Bytes();
            encryptor.begin(form, SALT);
            encryptor.write(ByteBuffer.wrap(PLAIN), out);
            encryptor.end(out);
            return out.all();
        }
    }

    @Test
    @DisplayName("reads it back, byte by byte too")
    void decrypts() throws IOException {
        try (var in = open(ENCRYPTED, PASS)) {
            assertThat(in.read()).isEqualTo('h');
            assertThat(in.readAllBytes())
                    .isEqualTo("ello pgbackrest".getBytes(StandardCharsets.UTF_8));
        }
    }

    @Test
    @DisplayName("reads files stock pgBackRest encrypted")
    void stock() throws IOException {
        try (var in = open(Bytes.resource("pgbackrest-samples/encrypted/PG_VERSION"), OF_FILES)) {
            assertThat(in.readAllBytes()).asString().isEqualTo("17\n");
        }
        try (var in = open(Bytes.resource("pgbackrest-samples/encrypted/backup_label"), OF_FILES)) {
            assertThat(in.readAllBytes()).asString().startsWith("START WAL LOCATION: ");
        }
    }

    @Test
    @DisplayName("another passphrase, a cut and a missing magic are named as damage")
    void damage() {
        assertThatThrownBy(() -> open(ENCRYPTED, new Passphrase("another")).readAllBytes())
                .isInstanceOf(DamagedException.class)
                .hasMessageContaining("another passphrase");
        assertThatThrownBy(() -> open(Arrays.copyOf(ENCRYPTED, 40), PASS).readAllBytes())
                .isInstanceOf(DamagedException.class);
        assertThatThrownBy(() -> open(Arrays.copyOf(ENCRYPTED, 12), PASS))
                .isInstanceOf(DamagedException.class)
                .hasMessageContaining("cut short");
        assertThatThrownBy(() -> open(PLAIN, PASS))
                .isInstanceOf(DamagedException.class)
                .hasMessageContaining("does not begin");
    }

    @Test
    @DisplayName("a new passphrase is 64 characters, and none is shown in a log")
    void passphrases() {
        var made = Passphrase.generate(new SecureRandom());
        assertThat(made.text()).hasSize(64).isBase64();
        assertThat(made.toString()).doesNotContain(made.text());
    }

    private static java.io.InputStream open(byte[] bytes, Passphrase passphrase)
            throws IOException {
        return Decoding.open(
                new ByteArrayInputStream(bytes),
                Compression.NONE,
                Form.STANDARD,
                Optional.of(passphrase));
    }
}
