package io.matriarch.backup.engine.scan;

import io.matriarch.backup.format.Attributes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** Names of users and groups, each asked for once; and the few combinations there are. */
public final class Owners {
    private final Map<Integer, String> users = new HashMap<>();
    private final Map<Integer, String> groups = new HashMap<>();
    private final Map<Key, Attributes> combinations = new HashMap<>();

    private record Key(int mode, int user, int group) {}

    /** Learns the names behind a file's numbers, if they are new. */
    void learn(Path file, Stat stat) throws IOException {
        if (!users.containsKey(stat.user()))
            users.put(stat.user(), name(file, "owner", stat.user()));
        if (!groups.containsKey(stat.group()))
            groups.put(stat.group(), name(file, "group", stat.group()));
    }

    /** The system shows the number itself where it knows no name. */
    private static String name(Path file, String attribute, int number) throws IOException {
        var principal = Files.getAttribute(file, "unix:" + attribute, LinkOption.NOFOLLOW_LINKS);
        var name = String.valueOf(principal);
        return name.equals(Integer.toUnsignedString(number)) ? Attributes.NOBODY : name;
    }

    Attributes attributes(Stat stat) {
        return attributes(stat.permissions(), stat.user(), stat.group());
    }

    public Attributes attributes(FoundFile file) {
        return attributes(file.mode(), file.user(), file.group());
    }

    Attributes attributes(int permissions, int user, int group) {
        return combinations.computeIfAbsent(
                new Key(permissions, user, group),
                _ ->
                        new Attributes(
                                users.getOrDefault(user, Attributes.NOBODY),
                                groups.getOrDefault(group, Attributes.NOBODY),
                                mode(permissions)));
    }

    static String mode(int permissions) {
        return "%04o".formatted(permissions);
    }
}
