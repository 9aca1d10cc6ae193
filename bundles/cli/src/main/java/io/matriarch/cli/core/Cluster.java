package io.matriarch.cli.core;

import io.matriarch.api.Code;
import io.matriarch.api.MatriarchException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The cluster as one member tells it.
 *
 * @param systemId empty if not known
 * @param scheduledSwitchover a sentence; empty if none
 */
public record Cluster(
        String scope,
        String systemId,
        boolean paused,
        String scheduledSwitchover,
        List<Member> members) {

    public Cluster {
        members = members.stream().sorted(Comparator.comparing(Member::name)).toList();
    }

    /** Reads the answer of {@code GET /cluster}. */
    public static Cluster of(Map<String, @Nullable Object> json, String systemId) {
        return new Cluster(
                Json.text(json, "scope"),
                systemId,
                Json.flag(json, "pause"),
                scheduled(Json.object(json.get("scheduled_switchover"))),
                Json.objects(json.get("members")).stream().map(Member::of).toList());
    }

    private static String scheduled(Map<String, @Nullable Object> json) {
        if (json.isEmpty()) return "";
        var sentence = new StringBuilder("Switchover scheduled at: " + Json.text(json, "at"));
        if (json.containsKey("from")) sentence.append(", from: ").append(json.get("from"));
        if (json.containsKey("to")) sentence.append(", to: ").append(json.get("to"));
        return sentence.toString();
    }

    public Optional<Member> leader() {
        return members.stream().filter(Member::leads).findFirst();
    }

    /**
     * @throws MatriarchException {@link Code#USAGE} if there is no such member
     */
    public Member member(String name) throws MatriarchException {
        return members.stream()
                .filter(m -> m.name().equals(name))
                .findFirst()
                .orElseThrow(() ->
                        new MatriarchException(
                                Code.USAGE,
                                "cluster %s has no member \"%s\"".formatted(scope, name),
                                "its members are: " + names(members)));
    }

    public static String names(List<Member> members) {
        return members.isEmpty()
                ? "(none)"
                : String.join(", ", members.stream().map(Member::name).toList());
    }
}
