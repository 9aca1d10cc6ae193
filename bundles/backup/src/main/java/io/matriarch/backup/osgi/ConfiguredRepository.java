package io.matriarch.backup.osgi;

import com.fasterxml.jackson.jr.ob.JSON;
import io.matriarch.api.Code;
import io.matriarch.api.MatriarchException;
import io.matriarch.backup.codec.Passphrase;
import io.matriarch.storage.api.Location;
import io.matriarch.storage.api.Location.Credentials;
import io.matriarch.storage.api.Location.Encryption;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A repository as matriarch.yml describes it.
 *
 * @param required whether WAL and backups count only once they are here
 * @param passphrase empty: not encrypted by us
 */
record ConfiguredRepository(
        String name, boolean required, Location location, Optional<Passphrase> passphrase) {

    /**
     * @param json as the configuration hands it over: checked, sizes in bytes, times in seconds
     * @throws MatriarchException a file with a secret cannot be read
     */
    static ConfiguredRepository read(String json) throws MatriarchException {
        Map<String, Object> map;
        try {
            map = JSON.std.mapFrom(json);
        } catch (IOException e) {
            throw new MatriarchException(
                    Code.CONFIG, "a repository is no JSON object", "Give a YAML mapping.", e);
        }
        var s3 = section(map, "s3");
        var location =
                s3.isEmpty() ? new Location.Directory(Path.of(text(map, "directory"))) : s3(s3);
        boolean required = !Boolean.FALSE.equals(map.get("required"));
        return new ConfiguredRepository(
                text(map, "name"), required, location, passphrase(section(map, "cipher")));
    }

    /** Its name alone: no file of it is read. Empty if there is none. */
    static Optional<String> name(String json) {
        try {
            return find(JSON.std.mapFrom(json), "name");
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static Optional<Passphrase> passphrase(Map<String, Object> cipher)
            throws MatriarchException {
        if (!find(cipher, "type").orElse("none").equals("aes-256-cbc")) return Optional.empty();
        return Optional.of(new Passphrase(secret(cipher, "passphrase")));
    }

    private static Location.S3 s3(Map<String, Object> s3) throws MatriarchException {
        var endpoint = find(s3, "endpoint").map(URI::create);
        return new Location.S3(
                text(s3, "bucket"),
                find(s3, "prefix").orElse("").replaceAll("^/+|/+$", ""),
                endpoint,
                find(s3, "region").orElse("us-east-1"),
                find(s3, "path_style").map(Boolean::parseBoolean).orElse(endpoint.isPresent()),
                find(s3, "ca_file").map(Path::of),
                credentials(s3),
                encryption(s3),
                find(s3, "storage_class"),
                texts(section(s3, "tags")),
                transfer(s3));
    }

    private static Location.Transfer transfer(Map<String, Object> s3) {
        var usual = Location.Transfer.DEFAULT;
        return new Location.Transfer(
                number(s3, "deadline").map(Duration::ofSeconds).orElse(usual.deadline()),
                number(s3, "part_size").map(Math::toIntExact).orElse(usual.partSizeBytes()),
                number(s3, "parts_in_flight").map(Math::toIntExact).orElse(usual.partsInFlight()));
    }

    private static Credentials credentials(Map<String, Object> s3) throws MatriarchException {
        var profile = find(s3, "profile");
        if (profile.isPresent())
            return new Credentials.Profile(
                    profile.get(), find(s3, "credentials_file").map(Path::of));
        var key = find(s3, "access_key");
        return key.isEmpty()
                ? new Credentials.DefaultChain()
                : new Credentials.Keys(key.get(), secret(s3, "secret_key"), Optional.empty());
    }

    private static Encryption encryption(Map<String, Object> s3) throws MatriarchException {
        return switch (find(s3, "sse").orElse("none")) {
            case "s3" -> new Encryption.ByService();
            case "kms" -> new Encryption.ByKms(find(s3, "sse_kms_key_id").orElse(""));
            case "customer" ->
                    new Encryption.ByCustomer(
                            Base64.getDecoder().decode(file(text(s3, "sse_customer_key_file"))));
            default -> new Encryption.None();
        };
    }

    private static String secret(Map<String, Object> map, String key) throws MatriarchException {
        var file = find(map, key + "_file");
        return file.isPresent() ? file(file.get()) : text(map, key);
    }

    /** A secret alone in a file; the line end behind it is none of it. */
    private static String file(String path) throws MatriarchException {
        try {
            return Files.readString(Path.of(path)).strip();
        } catch (IOException e) {
            throw new MatriarchException(
                    Code.CONFIG,
                    path + " cannot be read: " + e,
                    "it has to hold a secret, and be readable by the agent",
                    e);
        }
    }

    private static Map<String, Object> section(Map<String, Object> map, String key) {
        var section = new LinkedHashMap<String, Object>();
        if (map.get(key) instanceof Map<?, ?> found)
            found.forEach((name, value) -> section.put(String.valueOf(name), value));
        return section;
    }

    private static Map<String, String> texts(Map<String, Object> map) {
        var texts = new LinkedHashMap<String, String>();
        map.forEach((name, value) -> texts.put(name, String.valueOf(value)));
        return texts;
    }

    private static Optional<String> find(Map<String, Object> map, String key) {
        return Optional.ofNullable(map.get(key)).map(String::valueOf).filter(t -> !t.isBlank());
    }

    private static Optional<Long> number(Map<String, Object> map, String key) {
        return map.get(key) instanceof Number number
                ? Optional.of(number.longValue())
                : Optional.empty();
    }

    private static String text(Map<String, Object> map, String key) throws MatriarchException {
        return find(map, key)
                .orElseThrow(() ->
                        new MatriarchException(
                                Code.CONFIG,
                                "a repository has no " + key,
                                "Set it in backup.repositories."));
    }
}
