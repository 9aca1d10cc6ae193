package io.matriarch.launcher;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * Private keys in the forms openssl writes: PKCS#8 (plain or encrypted), PKCS#1 for RSA.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc7468">RFC 7468</a>
 */
final class Pem {
    private Pem() {}

    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----\\s+([^-]+?)-----END \\1-----");

    /** {@code SEQUENCE { INTEGER 0, SEQUENCE { OID rsaEncryption, NULL }, OCTET STRING ...}. */
    private static final byte[] RSA_HEAD =
            HexFormat.of().parseHex("020100300d06092a864886f70d0101010500");

    /** Finds blocks; group 1 is the label, group 2 the base64 inside. */
    static Matcher blocks(String text) {
        return BLOCK.matcher(text);
    }

    static PrivateKey privateKey(String text, Optional<String> password)
            throws GeneralSecurityException, IOException {
        var matcher = blocks(text);
        while (matcher.find()) {
            if (!matcher.group(1).endsWith("PRIVATE KEY")) continue;
            if (matcher.group(2).contains("Proc-Type"))
                throw new InvalidKeySpecException(
                        "the private key is encrypted in openssl's old way; convert it with"
                                + " `openssl pkcs8 -topk8`");
            var der = Base64.getMimeDecoder().decode(matcher.group(2));
            return switch (matcher.group(1)) {
                case "PRIVATE KEY" -> pkcs8(der);
                case "RSA PRIVATE KEY" -> pkcs8(wrapped(der));
                case "ENCRYPTED PRIVATE KEY" -> pkcs8(decrypted(der, password));
                default ->
                        throw new InvalidKeySpecException(
                                "a private key of the form \"%s\" is not understood; convert it with"
                                                .formatted(matcher.group(1))
                                        + " `openssl pkcs8 -topk8 -nocrypt`");
            };
        }
        throw new InvalidKeySpecException("there is no private key");
    }

    private static PrivateKey pkcs8(byte[] der) throws GeneralSecurityException {
        var spec = new PKCS8EncodedKeySpec(der);
        for (var algorithm : List.of("RSA", "EC", "EdDSA")) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(spec);
            } catch (InvalidKeySpecException _) {
                // Of another kind: the next one may know it.
            }
        }
        throw new InvalidKeySpecException("the private key is neither RSA nor EC nor EdDSA");
    }

    private static byte[] decrypted(byte[] der, Optional<String> password)
            throws GeneralSecurityException, IOException {
        if (password.isEmpty())
            throw new InvalidKeySpecException(
                    "the private key is encrypted and restapi.keyfile_password is not set");
        var encrypted = new EncryptedPrivateKeyInfo(der);
        var parameters = encrypted.getAlgParameters();
        // For PBES2 only the parameters know the algorithm in full.
        var algorithm = parameters == null ? encrypted.getAlgName() : parameters.toString();
        var key =
                SecretKeyFactory.getInstance(algorithm)
                        .generateSecret(new PBEKeySpec(password.get().toCharArray()));
        var cipher = Cipher.getInstance(algorithm);
        cipher.init(Cipher.DECRYPT_MODE, key, parameters);
        return encrypted.getKeySpec(cipher).getEncoded();
    }

    private static byte[] wrapped(byte[] pkcs1) {
        var inner = new ByteArrayOutputStream();
        inner.writeBytes(RSA_HEAD);
        inner.writeBytes(tagged(0x04, pkcs1));
        return tagged(0x30, inner.toByteArray());
    }

    /** DER: tag, length, content. */
    private static byte[] tagged(int tag, byte[] content) {
        var out = new ByteArrayOutputStream();
        out.write(tag);
        if (content.length < 0x80) out.write(content.length);
        else {
            int bytes = content.length < 0x100 ? 1 : content.length < 0x1_0000 ? 2 : 3;
            out.write(0x80 | bytes);
            for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8)
                out.write(content.length >>> shift);
        }
        out.writeBytes(content);
        return out.toByteArray();
    }
}
