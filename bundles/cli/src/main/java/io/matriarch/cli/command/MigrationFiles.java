package io.matriarch.cli.command;

import io.matriarch.api.Code;
import io.matriarch.api.MatriarchException;
import io.matriarch.cli.core.Migration;
import io.matriarch.cli.core.Migration.Direction;
import io.matriarch.config.Configuration;
import io.matriarch.config.ConfigurationException;
import io.matriarch.config.Problem;
import io.matriarch.config.core.Settings;
import io.matriarch.config.yaml.YamlReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.stream.Collectors;

/** The file of the agent that goes, which becomes that of the one that comes, as it is. */
final class MigrationFiles {
    private static final String KEPT = ".before-migration";

    private final Root root;
    private final Direction direction;
    private final Path file;
    private final Path target;
    private final Settings settings;

    /**
     * @throws MatriarchException {@link Code#CONFIG} if Matriarch cannot keep what the file says;
     *     every problem is named with its line
     */
    MigrationFiles(Root root, Direction direction, Path file, Path target)
            throws MatriarchException {
        this.root = root;
        this.direction = direction;
        this.file = file;
        this.target = target;
        if (Files.isDirectory(file))
            throw new MatriarchException(
                    Code.USAGE,
                    file + " is a directory",
                    "put its files together into one, restart the agent with that, and name it here");
        try {
            var good = Configuration.read(file, root.surroundings().environment());
            good.warnings().forEach(warning -> root.warn("warning: " + warning));
            this.settings = good.settings();
        } catch (ConfigurationException e) {
            throw new MatriarchException(
                    e.code(),
                    "Matriarch cannot keep this file; nothing was done:\n  "
                            + e.problems().stream()
                                    .map(Problem::toString)
                                    .collect(Collectors.joining("\n  ")),
                    e.hint(),
                    e);
        }
    }

    String name() {
        return settings.text("name").orElse("");
    }

    String scope() {
        return settings.text("scope").orElse("");
    }

    /** Names what the agent that comes has no use for. */
    void judge() throws MatriarchException {
        if (direction != Direction.TO_PATRONI) return;
        var fields = YamlReader.read(file.toString(), text(file), new ArrayList<>());
        fields.fields()
                .forEach((section, field) -> {
                    if (!Migration.knownToPatroni(section))
                        root.warn(
                                "warning: %s: %s: Patroni does not know it, and does nothing with it"
                                        .formatted(field.at(), section));
                });
        if (settings.has("backup"))
            root.warn(
                    "warning: %s: backup: Matriarch archives WAL to the repositories named there; under Patroni nothing does, unless archive_command is set in postgresql.parameters"
                            .formatted(settings.place("backup")));
    }

    private boolean inPlace() {
        return file.toAbsolutePath().normalize().equals(target.toAbsolutePath().normalize());
    }

    String step() throws MatriarchException {
        if (inPlace())
            return "%s stays as it is: %s reads it, too".formatted(file, direction.coming());
        String copy = "copy %s to %s, as it is".formatted(file, target);
        if (!Files.exists(target) || text(target).equals(text(file))) return copy;
        return copy + "; what is there goes to " + kept();
    }

    private Path kept() {
        return target.resolveSibling(target.getFileName() + KEPT);
    }

    /** Owner and mode go with it as far as we may: there are passwords in it. */
    void write() throws MatriarchException {
        if (inPlace()) return;
        try {
            if (Files.exists(target)) {
                if (text(target).equals(text(file))) return;
                Files.move(target, kept(), StandardCopyOption.REPLACE_EXISTING);
            } else if (target.toAbsolutePath().getParent() instanceof Path parent) {
                Files.createDirectories(parent);
            }
            Files.copy(file, target, StandardCopyOption.COPY_ATTRIBUTES);
            Files.setAttribute(target, "unix:uid", Files.getAttribute(file, "unix:uid"));
            Files.setAttribute(target, "unix:gid", Files.getAttribute(file, "unix:gid"));
            root.say("written: " + target);
        } catch (IOException e) {
            throw new MatriarchException(
                    Code.REFUSED,
                    "%s cannot be written: %s".formatted(target, e),
                    "the cluster is paused, PostgreSQL runs. Start %s again, then: matriarchctl resume"
                            .formatted(direction.leaving()),
                    e);
        }
    }

    private static String text(Path path) throws MatriarchException {
        try {
            return Files.readString(path);
        } catch (IOException e) {
            throw new MatriarchException(
                    Code.CONFIG,
                    "%s cannot be read: %s".formatted(path, e.getMessage()),
                    "run this as root, or as the user the agents run as",
                    e);
        }
    }

    /** The process identifier of the server in {@code postgresql.data_dir}. */
    long postmaster() throws MatriarchException {
        Path pid =
                Path.of(settings.text("postgresql.data_dir").orElse("")).resolve("postmaster.pid");
        try (var lines = Files.lines(pid)) {
            long found = Long.parseLong(lines.findFirst().orElse("").strip());
            if (ProcessHandle.of(found).isPresent()) return found;
            throw new IOException("process " + found + " is gone");
        } catch (IOException | NumberFormatException e) {
            throw new MatriarchException(
                    Code.REFUSED,
                    "no running PostgreSQL: %s: %s".formatted(pid, e.getMessage()),
                    "run this on the node, as root or as the user PostgreSQL runs as; if the cluster is paused now, start %s again and resume"
                            .formatted(direction.leaving()),
                    e);
        }
    }
}
