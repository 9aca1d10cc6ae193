package io.matriarch.backup.format;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Owner and mode of a file, folder or link of a manifest, where they differ from the manifest's
 * defaults for its kind; what is null is as the default.
 *
 * @param user {@link #NOBODY} if the user had no name
 * @param group likewise
 * @param mode octal, four digits; null for links
 */
public record Attributes(@Nullable String user, @Nullable String group, @Nullable String mode) {
    /** In place of a name that was not known; the file says {@code false}. */
    public static final String NOBODY = "";

    /** Nothing differs. */
    public static final Attributes AS_DEFAULT = new Attributes(null, null, null);

    /** With the defaults where this says nothing. */
    public Attributes orElse(Attributes defaults) {
        return new Attributes(
                user == null ? defaults.user : user,
                group == null ? defaults.group : group,
                mode == null ? defaults.mode : mode);
    }

    /** Only what differs from the defaults. */
    public Attributes minus(Attributes defaults) {
        if (equals(AS_DEFAULT)) return this;
        return new Attributes(
                Objects.equals(user, defaults.user) ? null : user,
                Objects.equals(group, defaults.group) ? null : group,
                Objects.equals(mode, defaults.mode) ? null : mode);
    }

    /** Reads a name, or {@code false}. */
    static String name(JsonReader json) throws FormatException {
        String raw = json.raw();
        return raw.equals("false") ? NOBODY : new JsonReader(raw).string();
    }

    static String nameJson(String name) {
        return name.equals(NOBODY) ? "false" : JsonWriter.string(name);
    }
}
