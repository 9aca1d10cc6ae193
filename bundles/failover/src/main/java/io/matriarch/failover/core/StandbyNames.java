package io.matriarch.failover.core;

import io.matriarch.api.MemberName;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A value of {@code synchronous_standby_names}.
 *
 * @param number how many of the names must have a commit before it is acknowledged
 * @param names of standbys, as written
 * @see <a
 *     href="https://www.postgresql.org/docs/current/runtime-config-replication.html#GUC-SYNCHRONOUS-STANDBY-NAMES">synchronous_standby_names</a>
 */
public record StandbyNames(Kind kind, int number, List<String> names) {
    /** Nobody answers to it, so commits wait: Patroni's name for strict mode. */
    public static final String PLACEHOLDER = "__patroni_strict_sync_replica_placeholder__";

    public static final StandbyNames NONE = new StandbyNames(Kind.OFF, 0, List.of());
    public static final StandbyNames NOBODY = new StandbyNames(Kind.FIRST, 1, List.of(PLACEHOLDER));

    private static final Pattern WHOLE =
            Pattern.compile(
                    "\\s*(?:(first|any)\\s+)?(\\d+)\\s*\\((.*)\\)\\s*",
                    Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
    private static final Pattern NAME =
            Pattern.compile("\\s*(?:\"((?:[^\"]|\"\")*)\"|([^\\s,\"]+))\\s*(?:,|$)");
    private static final Pattern PLAIN = Pattern.compile("[a-z_][a-z0-9_]*");

    /** How many of the names count, and which. */
    public enum Kind {
        OFF,
        FIRST,
        ANY
    }

    public StandbyNames {
        names = List.copyOf(names);
    }

    static StandbyNames first(Collection<MemberName> members) {
        return of(Kind.FIRST, members.size(), members);
    }

    static StandbyNames any(int number, Collection<MemberName> members) {
        return of(Kind.ANY, number, members);
    }

    private static StandbyNames of(Kind kind, int number, Collection<MemberName> members) {
        return members.isEmpty()
                ? NONE
                : new StandbyNames(
                        kind, number, members.stream().map(MemberName::value).sorted().toList());
    }

    /** What PostgreSQL has in force; text it would refuse counts as nothing. */
    public static StandbyNames parse(String text) {
        if (text.isBlank()) return NONE;
        var whole = WHOLE.matcher(text);
        if (whole.matches()) {
            boolean any = "any".equalsIgnoreCase(whole.group(1));
            return new StandbyNames(
                    any ? Kind.ANY : Kind.FIRST,
                    Integer.parseInt(whole.group(2)),
                    list(whole.group(3)));
        }
        return new StandbyNames(Kind.FIRST, 1, list(text));
    }

    private static List<String> list(String text) {
        var names = new ArrayList<String>();
        var matcher = NAME.matcher(text);
        for (int at = 0; at < text.length() && matcher.find(at); at = matcher.end()) {
            String quoted = matcher.group(1);
            names.add(quoted != null ? quoted.replace("\"\"", "\"") : matcher.group(2));
            if (matcher.end() == at) break;
        }
        return names;
    }

    /** As PostgreSQL reads it; one name stands alone, as Patroni writes it. */
    public String text() {
        String list = names.stream().map(StandbyNames::quoted).collect(Collectors.joining(","));
        return switch (kind) {
            case OFF -> "";
            case FIRST -> names.size() == 1 && number == 1 ? list : number + " (" + list + ")";
            case ANY -> "ANY " + number + " (" + list + ")";
        };
    }

    private static String quoted(String name) {
        return PLAIN.matcher(name).matches() && !name.equals("first") && !name.equals("any")
                ? name
                : '"' + name.replace("\"", "\"\"") + '"';
    }

    public boolean has(MemberName name) {
        return names.stream().anyMatch(name.value()::equalsIgnoreCase);
    }

    /** The names that can be members', the placeholder and {@code *} left out. */
    TreeSet<MemberName> members() {
        return names.stream()
                .filter(name -> !name.equals("*"))
                .map(Values::memberName)
                .flatMap(Optional::stream)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Whether both say the same; order and case do not matter for what we write. */
    boolean says(StandbyNames other) {
        return kind == other.kind && number == other.number && folded().equals(other.folded());
    }

    private TreeSet<String> folded() {
        return names.stream()
                .map(name -> name.toLowerCase(Locale.ROOT))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
