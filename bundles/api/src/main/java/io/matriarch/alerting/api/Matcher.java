package io.matriarch.alerting.api;

import java.util.Map;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * A condition on one label, in Alertmanager's forms: {@code name=value}, {@code name!=value},
 * {@code name=~expression}, {@code name!~expression}. {@code alertname} is the rule, {@code
 * severity} the severity. A label that is absent counts as empty.
 *
 * @param regex whether {@code value} is a regular expression, which must match the whole label
 * @param equal false: it must not match
 */
public record Matcher(String name, String value, boolean regex, boolean equal) {
    private static final Pattern FORM =
            Pattern.compile("\\s*([a-zA-Z_][a-zA-Z0-9_]*)\\s*(=~|!~|!=|=)\\s*\"?(.*?)\"?\\s*");

    /** Longer expressions are refused: they are matched against every alert, again and again. */
    private static final int LONGEST = 256;

    /**
     * @throws IllegalArgumentException names what is wrong with it
     */
    public Matcher {
        if (name.isBlank()) throw new IllegalArgumentException("a matcher needs a label's name");
        if (value.length() > LONGEST)
            throw new IllegalArgumentException(
                    "the value for %s has %d characters; at most %d"
                            .formatted(name, value.length(), LONGEST));
        if (regex) compiled(name, value);
    }

    private static Pattern compiled(String name, String value) {
        try {
            return Pattern.compile(value);
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException(
                    "%s=~\"%s\" is no regular expression: %s"
                            .formatted(name, value, e.getDescription()),
                    e);
        }
    }

    public static Matcher is(String name, String value) {
        return new Matcher(name, value, false, true);
    }

    /**
     * @throws IllegalArgumentException it has none of the four forms
     */
    public static Matcher parse(String text) {
        var match = FORM.matcher(text);
        if (!match.matches())
            throw new IllegalArgumentException(
                    "\"" + text + "\" is not NAME=VALUE, NAME!=VALUE, NAME=~REGEX or NAME!~REGEX");
        var sign = match.group(2);
        return new Matcher(
                match.group(1), match.group(3), sign.endsWith("~"), !sign.startsWith("!"));
    }

    public boolean matches(Map<String, String> labels) {
        var actual = labels.getOrDefault(name, "");
        boolean same =
                regex ? compiled(name, value).matcher(actual).matches() : actual.equals(value);
        return same == equal;
    }

    @Override
    public String toString() {
        return name + (equal ? "=" : "!") + (regex ? "~" : equal ? "" : "=") + "\"" + value + "\"";
    }
}
