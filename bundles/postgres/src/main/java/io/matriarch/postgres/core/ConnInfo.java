package io.matriarch.postgres.core;

import io.matriarch.postgres.api.HostPort;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Connection strings of libpq, {@code keyword=value} form.
 *
 * @see <a
 *     href="https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING">Connection
 *     Strings</a>
 */
public final class ConnInfo {
    private static final int DEFAULT_PORT = 5432;

    private ConnInfo() {}

    /** What {@code primary_conninfo} says for a standby called {@code applicationName}. */
    public static String primary(
            HostPort address,
            String database,
            Account account,
            Path passFile,
            String applicationName,
            PgVersion version) {
        var words = base(address, account, passFile);
        words.put("dbname", database);
        words.put("application_name", applicationName);
        words.putIfAbsent("sslmode", "prefer");
        words.putIfAbsent("gssencmode", "prefer");
        if (version.hasChannelBinding()) words.putIfAbsent("channel_binding", "prefer");
        else words.remove("channel_binding");
        if (version.hasSslNegotiation()) words.putIfAbsent("sslnegotiation", "postgres");
        else words.remove("sslnegotiation");
        return render(words);
    }

    /** For a program that copies from {@code address}: pg_basebackup, pg_rewind. */
    public static String source(
            HostPort address, String database, Account account, Path passFile, boolean writable) {
        var words = base(address, account, passFile);
        words.put("dbname", database);
        words.put("application_name", "matriarch");
        words.put("connect_timeout", "10");
        if (writable) words.put("target_session_attrs", "read-write");
        return render(words);
    }

    private static Map<String, String> base(HostPort address, Account account, Path passFile) {
        var words = new LinkedHashMap<String, String>();
        words.put("host", address.host());
        words.put("port", Integer.toString(address.port()));
        words.put("user", account.username());
        words.put("passfile", passFile.toString());
        words.putAll(account.options());
        return words;
    }

    static String render(Map<String, String> words) {
        var text = new StringBuilder();
        words.forEach((word, value) -> {
            if (!text.isEmpty()) text.append(' ');
            text.append(word).append('=').append(quote(value));
        });
        return text.toString();
    }

    private static String quote(String value) {
        boolean plain =
                !value.isEmpty()
                        && value.chars()
                                .noneMatch(
                                        c -> c == '\'' || c == '\\' || Character.isWhitespace(c));
        return plain ? value : "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'";
    }

    /** The words of a connection string; what cannot be read is left out. */
    public static Map<String, String> parse(String text) {
        var words = new LinkedHashMap<String, String>();
        int at = 0;
        while (true) {
            while (at < text.length() && Character.isWhitespace(text.charAt(at))) at++;
            int equals = text.indexOf('=', at);
            if (equals < 0) return words;
            String word = text.substring(at, equals).strip();
            at = equals + 1;
            while (at < text.length() && Character.isWhitespace(text.charAt(at))) at++;
            boolean quoted = at < text.length() && text.charAt(at) == '\'';
            if (quoted) at++;
            var value = new StringBuilder();
            for (; at < text.length(); at++) {
                char c = text.charAt(at);
                if (quoted ? c == '\'' : Character.isWhitespace(c)) break;
                if (c == '\\' && at + 1 < text.length()) c = text.charAt(++at);
                value.append(c);
            }
            if (quoted) at++;
            words.put(word, value.toString());
        }
    }

    /** Where a connection string points; empty if it names no host. */
    public static Optional<HostPort> address(String text) {
        var words = parse(text);
        String host = words.getOrDefault("host", words.getOrDefault("hostaddr", ""));
        if (host.isBlank()) return Optional.empty();
        try {
            String port = words.getOrDefault("port", "");
            return Optional.of(
                    new HostPort(host, port.isEmpty() ? DEFAULT_PORT : Integer.parseInt(port)));
        } catch (IllegalArgumentException _) {
            return Optional.empty(); // several hosts, or none libpq would take: nothing to compare
        }
    }

    /** A line of a password file for every server. */
    public static String passLine(Account account) {
        return "*:*:*:" + escape(account.username()) + ":" + escape(account.password()) + "\n";
    }

    private static String escape(String text) {
        return text.replace("\\", "\\\\").replace(":", "\\:");
    }
}
