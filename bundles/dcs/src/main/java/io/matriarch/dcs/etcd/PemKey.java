package io.matriarch.dcs.etcd;

import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A private key in PEM, as openssl, cfssl and etcd's own guides write it. Java reads PKCS#8 only;
 * the two older forms are the same key in another envelope, so we put them into that one.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc5208">PKCS#8</a>
 * @see <a href="https://www.rfc-editor.org/rfc/rfc5915">SEC1 keys</a>
 */
final class PemKey {
    private static final Pattern BLOCK =
            Pattern.compile(
                    "-----BEGIN ((?:RSA |EC |ENCRYPTED )?PRIVATE KEY)-----([^-]*)-----END",
                    Pattern.DOTALL);
    private static final List<String> ALGORITHMS = List.of("RSA", "EC", "EdDSA");
    private static final byte[] RSA = {
        0x30,
        0x0d,
        0x06,
        0x09,
        0x2a,
        (byte) 0x86,
        0x48,
        (byte) 0x86,
        (byte) 0xf7,
        0x0d,
        0x01,
        0x01,
        0x01,
        0x05,
        0x00
    };
    private static final byte[] EC_PUBLIC_KEY = {
        0x06, 0x07, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 0x02, 0x01
    };
    private static final byte[] VERSION_0 = {0x02, 0x01, 0x00};
    private static final int SEQUENCE = 0x30;
    private static final int OCTETS = 0x04;
    private static final int PARAMETERS = 0xa0;

    private PemKey() {}

    static PrivateKey parse(String pem) throws GeneralSecurityException {
        var block = BLOCK.matcher(pem);
        if (!block.find()) {
            throw new InvalidKeySpecException("no private key in it");
        }
        byte[] der = Base64.getMimeDecoder().decode(block.group(2));
        byte[] pkcs8 =
                switch (block.group(1)) {
                    case "RSA PRIVATE KEY" -> envelope(RSA, der);
                    case "EC PRIVATE KEY" ->
                            envelope(tagged(SEQUENCE, EC_PUBLIC_KEY, curveOf(der)), der);
                    case "PRIVATE KEY" -> der;
                    default ->
                            throw new InvalidKeySpecException(
                                    "it is encrypted; openssl pkey -in KEY -out NEW decrypts it");
                };
        return decode(pkcs8);
    }

    private static PrivateKey decode(byte[] pkcs8) throws GeneralSecurityException {
        for (String algorithm : ALGORITHMS) {
            try {
                return KeyFactory.getInstance(algorithm)
                        .generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
            } catch (InvalidKeySpecException _) {
                // of another algorithm: the next one is tried, and after the last we say so
            }
        }
        throw new InvalidKeySpecException("it is no RSA, EC or EdDSA key");
    }

    private static byte[] envelope(byte[] algorithm, byte[] key) {
        return tagged(SEQUENCE, VERSION_0, algorithm, tagged(OCTETS, key));
    }

    /** The curve's name: in SEC1 it stands in field [0], after version and key. */
    private static byte[] curveOf(byte[] sec1) throws InvalidKeySpecException {
        int at = bodyOf(sec1, 0);
        while (at < sec1.length) {
            int body = bodyOf(sec1, at);
            int end = body + lengthOf(sec1, at);
            if ((sec1[at] & 0xff) == PARAMETERS && end <= sec1.length) {
                return Arrays.copyOfRange(sec1, body, end);
            }
            at = end;
        }
        throw new InvalidKeySpecException("the EC key does not name its curve");
    }

    private static int bodyOf(byte[] der, int at) throws InvalidKeySpecException {
        int first = byteAt(der, at + 1);
        return at + 2 + (first < 0x80 ? 0 : first - 0x80);
    }

    private static int lengthOf(byte[] der, int at) throws InvalidKeySpecException {
        int first = byteAt(der, at + 1);
        if (first < 0x80) {
            return first;
        }
        int length = 0;
        for (int i = 0; i < first - 0x80; i++) {
            length = length << 8 | byteAt(der, at + 2 + i);
        }
        return length;
    }

    private static int byteAt(byte[] der, int at) throws InvalidKeySpecException {
        if (at < 0 || at >= der.length) {
            throw new InvalidKeySpecException("it is cut short");
        }
        return der[at] & 0xff;
    }

    private static byte[] tagged(int tag, byte[]... parts) {
        var body = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            body.writeBytes(part);
        }
        var out = new ByteArrayOutputStream();
        out.write(tag);
        if (body.size() < 0x80) {
            out.write(body.size());
        } else {
            out.write(0x82);
            out.write(body.size() >>> 8);
            out.write(body.size());
        }
        out.writeBytes(body.toByteArray());
        return out.toByteArray();
    }
}
