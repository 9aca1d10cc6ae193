package io.matriarch.failover.core;

import io.matriarch.api.MemberName;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * The whole cluster goes back: the leader's data directory is replaced by a restored one. It stands
 * in the dynamic configuration as {@code replacement}, from before the leader stops until every
 * member is on the new timeline; as long, nobody with older data may lead.
 *
 * @param member whose directory is replaced
 * @param directory the restored one
 * @param kept where the old one goes
 * @param timeline of the restored one, which no member was on before
 * @param members all that had the old data, and have to be brought onto the new
 */
public record Replacement(
        MemberName member, String directory, String kept, int timeline, List<MemberName> members) {
    /** Its key in the dynamic configuration. */
    public static final String KEY = "replacement";

    public Replacement {
        members = List.copyOf(new TreeSet<>(members));
    }

    /** Empty if none is under way, or what stands there is not of ours. */
    public static Optional<Replacement> of(Map<String, Object> config) {
        var section = Values.map(config.get(KEY));
        var member = Values.memberName(section.get("member"));
        int timeline = (int) Values.number(section.get("timeline"), 0);
        String directory = Values.text(section.get("directory"));
        String kept = Values.text(section.get("kept"));
        if (member.isEmpty() || timeline < 1 || directory.isEmpty() || kept.isEmpty())
            return Optional.empty();
        var members = new ArrayList<MemberName>();
        for (var name : Values.list(section.get("members")))
            Values.memberName(name).ifPresent(members::add);
        return Optional.of(new Replacement(member.get(), directory, kept, timeline, members));
    }

    /** The configuration with it. */
    public Map<String, Object> in(Map<String, Object> config) {
        var section = new LinkedHashMap<String, Object>();
        section.put("member", member.value());
        section.put("directory", directory);
        section.put("kept", kept);
        section.put("timeline", timeline);
        section.put("members", members.stream().map(MemberName::value).toList());
        var with = new LinkedHashMap<>(config);
        with.put(KEY, section);
        return with;
    }

    /** The configuration without any. */
    public static Map<String, Object> without(Map<String, Object> config) {
        var without = new LinkedHashMap<>(config);
        without.remove(KEY);
        return without;
    }
}
