package io.matriarch.postgres.control;

import com.fasterxml.jackson.jr.ob.JSON;
import io.matriarch.api.Lsn;
import io.matriarch.api.MemberName;
import io.matriarch.postgres.api.DivergedWal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** The files beside kept segments: {@code summary.json}, and {@code transactions.txt}. */
final class DivergedSummary {
    static final String FILE = "summary.json";

    private DivergedSummary() {}

    static String json(DivergedWal kept) throws IOException {
        var map = new LinkedHashMap<String, Object>();
        map.put("keptAt", kept.keptAt().toString());
        map.put("leader", kept.leader().value());
        map.put("timeline", kept.timeline());
        map.put("from", kept.from().toString());
        kept.end().ifPresent(end -> map.put("end", end.toString()));
        map.put("segments", kept.segments());
        map.put("bytes", kept.bytes());
        kept.commits().ifPresent(commits -> map.put("commits", commits));
        kept.firstCommit().ifPresent(at -> map.put("firstCommit", at.toString()));
        kept.lastCommit().ifPresent(at -> map.put("lastCommit", at.toString()));
        if (!kept.trouble().isEmpty()) map.put("trouble", kept.trouble());
        return JSON.std.with(JSON.Feature.PRETTY_PRINT_OUTPUT).asString(map) + "\n";
    }

    /**
     * @throws UncheckedIOException the file cannot be read, or is none of ours
     */
    static DivergedWal read(Path file) {
        Path directory = file.resolveSibling(".").normalize();
        try {
            Map<String, Object> map = JSON.std.mapFrom(Files.readString(file));
            return new DivergedWal(
                    directory.getFileName().toString(),
                    Instant.parse(text(map, "keptAt")),
                    new MemberName(text(map, "leader")),
                    (int) number(map, "timeline"),
                    Lsn.parse(text(map, "from")),
                    optional(map, "end").map(Lsn::parse),
                    (int) number(map, "segments"),
                    number(map, "bytes"),
                    map.containsKey("commits")
                            ? OptionalLong.of(number(map, "commits"))
                            : OptionalLong.empty(),
                    optional(map, "firstCommit").map(Instant::parse),
                    optional(map, "lastCommit").map(Instant::parse),
                    directory.toString(),
                    optional(map, "trouble").orElse(""));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (IllegalArgumentException | DateTimeException e) {
            throw new UncheckedIOException(
                    new IOException(file + " is no summary of ours: " + e.getMessage(), e));
        }
    }

    private static Optional<String> optional(Map<String, Object> map, String key) {
        return Optional.ofNullable(map.get(key)).map(String::valueOf);
    }

    private static String text(Map<String, Object> map, String key) {
        return optional(map, key)
                .orElseThrow(() -> new IllegalArgumentException("\"" + key + "\" is missing"));
    }

    private static long number(Map<String, Object> map, String key) {
        if (map.get(key) instanceof Number number) return number.longValue();
        throw new IllegalArgumentException("\"" + key + "\" is no number: " + map.get(key));
    }

    static String forPeople(DivergedWal kept, List<String> transactions) {
        var text = new StringBuilder();
        text.append("Kept at ")
                .append(kept.keptAt())
                .append(" before this server took over the history of ")
                .append(kept.leader())
                .append(".\nThe leader left timeline ")
                .append(kept.timeline())
                .append(" at ")
                .append(kept.from())
                .append("; what follows was on this server only.\n");
        if (!kept.trouble().isEmpty())
            text.append("NOT complete: ").append(kept.trouble()).append(".\n");
        text.append(
                "What was changed:  pg_waldump --path=%s --timeline=%d --start=%s\n\n"
                        .formatted(kept.directory(), kept.timeline(), kept.from()));
        transactions.forEach(line -> text.append(line).append('\n'));
        return text.toString();
    }
}
