package io.matriarch.config.core;

import io.matriarch.config.core.Tree.Fields;
import io.matriarch.config.core.Tree.Items;
import io.matriarch.config.core.Tree.Text;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads one value by the definition of its key. */
final class Values {
    private Values() {}

    private static final Map<String, Long> MILLIS =
            Map.of(
                    "ms",
                    1L,
                    "s",
                    1_000L,
                    "min",
                    60_000L,
                    "h",
                    3_600_000L,
                    "d",
                    86_400_000L,
                    "",
                    1_000L);
    private static final Pattern TIME =
            Pattern.compile("([0-9]{1,12}(?:\\.[0-9]{1,6})?) *([a-z]*)");

    private static final Pattern SIZE =
            Pattern.compile("([0-9]{1,12}(?:\\.[0-9]{1,6})?) *([kKMGT]?)(?:i?B)?");

    /** The value, or what is wrong with it. */
    sealed interface Read {
        record Good(Object value) implements Read {}

        /**
         * @param hint what would be right, or empty
         */
        record Bad(String message, String hint) implements Read {}
    }

    static Read read(Key key, Tree tree) {
        return switch (key.type()) {
            case TEXT, PATH, FILE, SECRET -> text(key, tree);
            case INT -> whole(key, tree);
            case TIME -> time(key, tree);
            case SIZE -> size(key, tree);
            case BOOL -> bool(key, tree);
            case MODE -> mode(key, tree);
            case CHOICE -> choice(key, tree);
            case ADDRESS, LISTEN -> address(key, tree);
            case TEXTS -> texts(key, tree);
            case LINES -> lines(key, tree);
            case SCALARS -> scalars(key, tree);
            case MAP -> tree instanceof Fields ? plain(tree) : wrong(key, tree);
            case LIST -> tree instanceof Items ? plain(tree) : wrong(key, tree);
            case OPTIONS -> tree instanceof Text ? wrong(key, tree) : plain(tree);
        };
    }

    private static Read plain(Tree tree) {
        var value = tree.plain();
        if (value == null) throw new IllegalStateException("only a scalar can be null");
        return new Read.Good(value);
    }

    private static Read text(Key key, Tree tree) {
        return tree instanceof Text scalar ? new Read.Good(scalar.text()) : wrong(key, tree);
    }

    private static Read whole(Key key, Tree tree) {
        if (!(tree instanceof Text scalar) || !scalar.text().strip().matches("[-+]?[0-9]{1,18}"))
            return new Read.Bad(
                    shown(key, tree) + " is not a whole number" + ofUnit(key),
                    tree instanceof Text scalar && scalar.text().matches(" *[0-9]+ *[a-zA-Z]+ *")
                            ? "Write the number only, without a unit"
                            : allowed(key));
        return inRange(key, tree, Long.parseLong(scalar.text().strip()));
    }

    private static Read inRange(Key key, Tree tree, long value) {
        if (value < key.min() || value > key.max())
            return new Read.Bad(shown(key, tree) + " is out of range", allowed(key));
        return new Read.Good(value);
    }

    private static Read time(Key key, Tree tree) {
        if (!(tree instanceof Text scalar)) return wrong(key, tree);
        var match = TIME.matcher(scalar.text().strip());
        var millis = match.matches() ? MILLIS.get(match.group(2)) : null;
        if (millis == null)
            return new Read.Bad(
                    shown(key, tree) + " is not a time", "Units are ms, s, min, h and d");
        long seconds =
                new BigDecimal(match.group(1)).multiply(BigDecimal.valueOf(millis)).longValue()
                        / 1_000;
        return inRange(key, tree, seconds);
    }

    private static Read size(Key key, Tree tree) {
        if (!(tree instanceof Text scalar)) return wrong(key, tree);
        var match = SIZE.matcher(scalar.text().strip());
        if (!match.matches())
            return new Read.Bad(
                    shown(key, tree) + " is not a size",
                    "Units are kB, MB, GB and TB, of 1024 each");
        int shift =
                10
                        * "BKMGT"
                                .indexOf(
                                        match.group(2).isEmpty()
                                                ? 'B'
                                                : match.group(2)
                                                        .toUpperCase(Locale.ROOT)
                                                        .charAt(0));
        var bytes = new BigDecimal(match.group(1)).multiply(BigDecimal.valueOf(1L << shift));
        return inRange(key, tree, bytes.longValue());
    }

    private static Optional<Boolean> asBool(Tree tree) {
        if (!(tree instanceof Text scalar)) return Optional.empty();
        return switch (scalar.text().strip().toLowerCase(Locale.ROOT)) {
            case "true", "on", "yes", "1" -> Optional.of(true);
            case "false", "off", "no", "0" -> Optional.of(false);
            default -> Optional.empty();
        };
    }

    private static Read bool(Key key, Tree tree) {
        return asBool(tree)
                .<Read>map(Read.Good::new)
                .orElseGet(() ->
                        new Read.Bad(
                                shown(key, tree) + " is neither true nor false",
                                "Write true or false"));
    }

    private static Read mode(Key key, Tree tree) {
        return asBool(tree).<Read>map(Read.Good::new).orElseGet(() -> choice(key, tree));
    }

    private static Read choice(Key key, Tree tree) {
        if (!(tree instanceof Text scalar)) return wrong(key, tree);
        for (var choice : key.choices())
            if (choice.equalsIgnoreCase(scalar.text())) return new Read.Good(choice);
        // YAML 1.1 reads a bare off as false, and people write it so.
        if (scalar.text().equalsIgnoreCase("false") && key.choices().contains("off"))
            return new Read.Good("off");
        return new Read.Bad(
                shown(key, tree) + " is not one of " + String.join(", ", key.choices()),
                Nearest.to(scalar.text(), key.choices())
                        .map(near -> "Did you mean " + near + "?")
                        .orElse(""));
    }

    private static Read address(Key key, Tree tree) {
        // Off is kept as an empty text, which is no address.
        if (tree instanceof Text off && key.choices().contains(off.text().toLowerCase(Locale.ROOT)))
            return new Read.Good("");
        if (tree instanceof Text scalar && Address.parse(scalar.text()).isPresent())
            return new Read.Good(scalar.text().strip());
        return new Read.Bad(
                shown(key, tree) + " is not host:port",
                "Write an address and a port of 1 to 65535, such as 10.0.0.5:5432");
    }

    private static Read texts(Key key, Tree tree) {
        if (tree instanceof Text scalar) {
            var parts =
                    Arrays.stream(scalar.text().split(","))
                            .map(String::strip)
                            .filter(part -> !part.isEmpty())
                            .toList();
            return chosen(key, tree, parts);
        }
        return switch (lines(key, tree)) {
            case Read.Good(List<?> parts) ->
                    chosen(key, tree, parts.stream().map(String::valueOf).toList());
            case Read other -> other;
        };
    }

    private static Read chosen(Key key, Tree tree, List<String> parts) {
        for (var part : parts)
            if (!key.choices().isEmpty() && !key.choices().contains(part))
                return new Read.Bad(
                        "\"" + part + "\" is not supported in this version",
                        "Possible: " + String.join(", ", key.choices()));
        return parts.isEmpty()
                ? new Read.Bad(
                        shown(key, tree) + " names nothing",
                        "Give at least one, or leave the key out")
                : new Read.Good(parts);
    }

    private static Read lines(Key key, Tree tree) {
        if (!(tree instanceof Items list)) return wrong(key, tree);
        var lines = new ArrayList<String>();
        for (var item : list.items()) {
            if (!(item instanceof Text scalar))
                return new Read.Bad(
                        item.place() + " holds " + item.shown() + " where a text belongs", "");
            lines.add(scalar.text());
        }
        return new Read.Good(List.copyOf(lines));
    }

    private static Read scalars(Key key, Tree tree) {
        if (!(tree instanceof Fields fields)) return wrong(key, tree);
        for (var field : fields.fields().entrySet())
            if (!(field.getValue().value() instanceof Text))
                return new Read.Bad(
                        field.getKey()
                                + " holds "
                                + field.getValue().value().shown()
                                + " where a number, a text, true or false belongs",
                        "");
        return plain(tree);
    }

    private static Read wrong(Key key, Tree tree) {
        return new Read.Bad(
                shown(key, tree) + " where a " + key.type().words() + " belongs", allowed(key));
    }

    private static String shown(Key key, Tree tree) {
        return key.type() == Type.SECRET ? "the value" : tree.shown();
    }

    private static String ofUnit(Key key) {
        return switch (key.unit()) {
            case "" -> "";
            case "s" -> " of seconds";
            default -> " of " + key.unit();
        };
    }

    private static String allowed(Key key) {
        if (key.min() == Long.MIN_VALUE) return "";
        var unit = key.unit().isEmpty() ? "" : " " + key.unit();
        return key.max() == Long.MAX_VALUE
                ? "Possible: " + key.min() + unit + " or more"
                : "Possible: " + key.min() + " to " + key.max() + unit;
    }
}
