package io.matriarch.postgres.core;

import io.matriarch.postgres.api.HostPort;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Connection strings of libpq, {@code keyword=value} form.
 *
 * @see <a
 *     href="https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING">Connection
 *     Strings</a>
 */
public final class ConnInfo {
    private ConnInfo() {}

    /** What {@code primary_conninfo} says for a standby called {@code applicationName}. */
    public static String primary(
            List<HostPort> addresses,
            String database,
            Account account,
            Path passFile,
            String applicationName,
            PgVersion version) {
        var words = base(addresses, account, passFile);
        words.put("dbname", database);
        words.put("application_name", applicationName);
        if (addresses.size() > 1) words.put("target_session_attrs", "read-write");
        words.putIfAbsent("sslmode", "prefer");
        words.putIfAbsent("gssencmode", "prefer");
        if (version.hasChannelBinding()) words.putIfAbsent("channel_binding", "prefer");
        else words.remove("channel_binding");
        if (version.hasSslNegotiation()) words.putIfAbsent("sslnegotiation", "postgres");
        else words.remove("sslnegotiation");
        return render(words);
    }

    /** For a program that copies from one of {@code addresses}: pg_basebackup, pg_rewind. */
    public static String source(
            List<HostPort> addresses,
            String database,
            Account account,
            Path passFile,
            boolean writable) {
        var words = base(addresses, account, passFile);
        words.put("dbname", database);
        words.put("application_name", "matriarch");
        words.put("connect_timeout", "10");
        if (writable || addresses.size() > 1) words.put("target_session_attrs", "read-write");
        return render(words);
    }

    private static Map<String, String> base(
            List<HostPort> addresses, Account account, Path passFile) {
        var words = new LinkedHashMap<String, String>();
        words.put("host", joined(addresses.stream().map(HostPort::host)));
        var ports = addresses.stream().map(HostPort::port).distinct().toList();
        words.put(
                "port",
                ports.size() == 1
                        ? ports.getFirst().toString()
                        : joined(addresses.stream().map(HostPort::port).map(String::valueOf)));
        words.put("user", account.username());
        words.put("passfile", passFile.toString());
        words.putAll(account.options());
        return words;
    }

    private static String joined(Stream<String> parts) {
        return parts.collect(Collectors.joining(","));
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

    /** Where a connection string points, in its order; empty if it names no host. */
    public static List<HostPort> addresses(String text) {
        var words = parse(text);
        String host = words.getOrDefault("host", words.getOrDefault("hostaddr", ""));
        try {
            return HostPort.list(host, words.getOrDefault("port", ""));
        } catch (IllegalArgumentException _) {
            return List.of(); // libpq would not take it either: nothing to compare
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
