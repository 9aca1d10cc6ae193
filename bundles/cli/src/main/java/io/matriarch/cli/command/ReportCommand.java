package io.matriarch.cli.command;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.matriarch.api.Code;
import io.matriarch.api.MatriarchException;
import io.matriarch.cli.core.Masked;
import io.matriarch.cli.core.Member;
import io.matriarch.cli.rest.Api;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "report",
        description = {
            "Write what somebody needs who helps, of all members, into one archive.",
            "Passwords, tokens and keys are left out; names, addresses and settings are not."
        })
final class ReportCommand implements Callable<Integer> {
    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

    /** Of each member; the audit log only for those who may read it. */
    private static final Map<String, String> OF_MEMBER = new LinkedHashMap<>();

    static {
        OF_MEMBER.put("patroni.json", "/patroni");
        OF_MEMBER.put("node.json", "/api/v1/node");
        OF_MEMBER.put("cluster.json", "/api/v1/cluster");
        OF_MEMBER.put("health.json", "/api/v1/health");
        OF_MEMBER.put("decisions.json", "/api/v1/decisions?sinceSeconds=86400");
        OF_MEMBER.put("events.json", "/api/v1/events?sinceSeconds=2592000");
        OF_MEMBER.put("alerts.json", "/api/v1/alerts");
        OF_MEMBER.put("alerts-over.json", "/api/v1/alerts/history?sinceSeconds=604800");
        OF_MEMBER.put("silences.json", "/api/v1/silences");
        OF_MEMBER.put("store.json", "/api/v1/store");
        OF_MEMBER.put("bundles.json", "/api/v1/bundles");
        OF_MEMBER.put("schedules.json", "/api/v1/schedules");
        OF_MEMBER.put("jobs.json", "/api/v1/jobs");
        OF_MEMBER.put("backups.json", "/api/v1/backups");
        OF_MEMBER.put("restores.json", "/api/v1/restores");
        OF_MEMBER.put("wal.json", "/api/v1/wal");
        OF_MEMBER.put("diverged-wal.json", "/api/v1/diverged-wal");
        OF_MEMBER.put("audit.json", "/api/v1/audit?sinceSeconds=604800");
        OF_MEMBER.put("metrics.txt", "/metrics");
    }

    private static final Map<String, String> OF_CLUSTER =
            Map.of(
                    "cluster.json", "/cluster",
                    "config.json", "/config",
                    "history.json", "/history");

    private final Root root;

    @Option(
            names = "--to",
            paramLabel = "FILE",
            description = "Where to write it (default: matriarch-report-SCOPE-TIME.zip here).")
    private @Nullable Path to;

    ReportCommand(Root root) {
        this.root = root;
    }

    /** What one member told: by file, and what it did not tell, by file and why. */
    private record Told(String member, Map<String, String> files, Map<String, String> missing) {}

    @Override
    public Integer call() throws MatriarchException {
        root.refuseWatch();
        var cluster = root.session().cluster();
        var now = root.surroundings().clock().instant();
        Path file =
                to != null
                        ? to
                        : Path.of(
                                "matriarch-report-%s-%s.zip"
                                        .formatted(cluster.scope(), STAMP.format(now)));
        if (root.dryRun()) {
            root.say("would ask " + names(cluster.members()) + " and write " + file);
            return 0;
        }
        var common = ask("cluster", root.session().api(), OF_CLUSTER);
        var told =
                new java.util.ArrayList<>(
                        Fanout.each(
                                cluster.members(),
                                member -> ask(member.name(), root.session().at(member), OF_MEMBER),
                                (member, why) ->
                                        root.warn(member.name() + " is not in it: " + why)));
        told.addFirst(common);
        root.ownConfiguration()
                .ifPresent(text ->
                        told.add(new Told("here", Map.of("matriarch.yml", text), Map.of())));
        write(file, told, now);
        int missing = told.stream().mapToInt(each -> each.missing().size()).sum();
        root.say(
                "%s: %d files of %d members%s"
                        .formatted(
                                file,
                                told.stream().mapToInt(each -> each.files().size()).sum(),
                                cluster.members().size(),
                                missing == 0
                                        ? ""
                                        : "; " + missing + " are missing, contents.txt says why"));
        return 0;
    }

    private static String names(List<Member> members) {
        return io.matriarch.cli.core.Cluster.names(members);
    }

    private Told ask(String name, Api api, Map<String, String> paths) {
        var files = new LinkedHashMap<String, String>();
        var missing = new LinkedHashMap<String, String>();
        paths.forEach((file, path) -> {
            try {
                var answer = api.get(path, root.timeout(Session.SOON));
                // A replica's /patroni, and health that is not well, answer 503 with their content.
                boolean tells = answer.ok() || path.equals("/patroni") || path.endsWith("/health");
                if (!tells) missing.put(file, answer.status() + " " + Session.said(answer));
                else if (file.endsWith(".json"))
                    files.put(file, Documents.json(Masked.of(Api.json(answer))));
                else files.put(file, Masked.text(answer.body()));
            } catch (MatriarchException e) {
                missing.put(file, String.valueOf(e.getMessage()));
            }
        });
        return new Told(name, files, missing);
    }

    private static void write(Path file, List<Told> told, Instant now) throws MatriarchException {
        try (OutputStream out = create(file);
                var zip = new ZipOutputStream(out, UTF_8)) {
            var contents =
                    new StringBuilder("Written by matriarchctl report at %s.\n".formatted(now))
                            .append("Values of keys that hold secrets read ***.\n\n");
            for (var each : told) {
                for (var entry : each.files().entrySet()) {
                    var name = folder(each.member()) + "/" + entry.getKey();
                    contents.append(name).append('\n');
                    add(zip, name, entry.getValue());
                }
                each.missing()
                        .forEach((name, why) ->
                                contents.append(folder(each.member()) + "/" + name)
                                        .append(": missing, ")
                                        .append(why.replace('\n', ' '))
                                        .append('\n'));
            }
            add(zip, "contents.txt", contents.toString());
        } catch (FileAlreadyExistsException e) {
            throw new MatriarchException(
                    Code.USAGE, file + " is there already", "name another by --to", e);
        } catch (IOException e) {
            throw new MatriarchException(
                    Code.USAGE,
                    "%s cannot be written: %s".formatted(file, e),
                    "name a file in a directory of yours by --to",
                    e);
        }
    }

    /** A member's name comes from the store; whoever unpacks this trusts it. */
    private static String folder(String member) {
        return member.replaceAll("[^A-Za-z0-9_.-]", "_").replaceFirst("^\\.+", "_");
    }

    /** For its owner only: names and addresses of a cluster are nobody else's business. */
    private static OutputStream create(Path file) throws IOException {
        Set<StandardOpenOption> options =
                EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        return java.nio.channels.Channels.newOutputStream(
                Files.newByteChannel(
                        file,
                        options,
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rw-------"))));
    }

    private static void add(ZipOutputStream zip, String name, String content) throws IOException {
        zip.putNextEntry(new ZipEntry(name));
        zip.write(content.getBytes(UTF_8));
        zip.closeEntry();
    }
}
