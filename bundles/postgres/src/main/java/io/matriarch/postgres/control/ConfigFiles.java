package io.matriarch.postgres.control;

import io.matriarch.api.Code;
import io.matriarch.postgres.api.PostgresException;
import io.matriarch.postgres.core.ConfText;
import io.matriarch.postgres.core.ConnInfo;
import io.matriarch.postgres.core.Gucs;
import io.matriarch.postgres.core.NodeSettings;
import io.matriarch.postgres.core.ServerConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The server's configuration files: {@code postgresql.conf} is ours and generated, the one found at
 * first contact lives on as {@code postgresql.base.conf}; pg_hba.conf and pg_ident.conf are written
 * only if configured.
 */
final class ConfigFiles {
    private static final Logger log = LoggerFactory.getLogger(ConfigFiles.class);
    static final String CONF = "postgresql.conf";
    private static final String HBA = "pg_hba.conf";
    private static final String IDENT = "pg_ident.conf";
    private static final List<String> OWN = List.of(CONF, ServerConfig.BASE_CONF, HBA, IDENT);
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final NodeSettings node;
    private final DataDir dir;
    private final Programs programs;
    private final Binaries binaries;
    private final RunAs runAs;
    private String baseKey = "";
    private Map<String, String> baseValues = Map.of();

    ConfigFiles(NodeSettings node, DataDir dir, Programs programs, Binaries binaries, RunAs runAs) {
        this.node = node;
        this.dir = dir;
        this.programs = programs;
        this.binaries = binaries;
        this.runAs = runAs;
    }

    Path conf() {
        return node.configDir().resolve(CONF);
    }

    /** Whether postgresql.conf is generated already. */
    boolean taken() throws PostgresException {
        return dir.read(conf()).filter(ConfText::isGenerated).isPresent();
    }

    /** Whether both names lead to one file. */
    static boolean same(String file, Path other) {
        try {
            return Files.isSameFile(Path.of(file), other);
        } catch (IOException _) {
            return Path.of(file).normalize().equals(other.normalize()); // one does not exist yet
        }
    }

    private Path file(String name) {
        return node.configDir().resolve(name);
    }

    /** What the files said before a change; empty for one that was not there. */
    record Change(Map<Path, Optional<String>> before) {
        boolean any() {
            return !before.isEmpty();
        }

        boolean touched(String name) {
            return before.keySet().stream().anyMatch(p -> p.endsWith(name));
        }
    }

    /** Writes what differs from {@code config}, after PostgreSQL itself has checked it. */
    Change write(ServerConfig config) throws PostgresException {
        keepOriginal();
        var wanted = new LinkedHashMap<Path, String>();
        wanted.put(conf(), config.postgresqlConf());
        config.hba().ifPresent(text -> wanted.put(file(HBA), text));
        config.ident().ifPresent(text -> wanted.put(file(IDENT), text));
        var before = new LinkedHashMap<Path, Optional<String>>();
        for (var entry : wanted.entrySet()) {
            Optional<String> old = dir.read(entry.getKey());
            if (!old.equals(Optional.of(entry.getValue()))) before.put(entry.getKey(), old);
        }
        if (before.containsKey(conf())) check(config);
        for (Path path : before.keySet()) write(path, wanted.getOrDefault(path, ""));
        return new Change(before);
    }

    /** Puts the files back as they were. */
    void undo(Change change) throws PostgresException {
        for (var entry : change.before().entrySet())
            if (entry.getValue().isPresent()) write(entry.getKey(), entry.getValue().get());
            else delete(entry.getKey());
    }

    void writeHba(List<String> lines) throws PostgresException {
        write(file(HBA), String.join("\n", lines) + "\n");
    }

    private void write(Path path, String text) throws PostgresException {
        try {
            dir.write(path, text);
        } catch (IOException e) {
            throw DataDir.unwritable(path, e);
        }
    }

    private static void delete(Path path) throws PostgresException {
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            throw DataDir.unwritable(path, e);
        }
    }

    private void keepOriginal() throws PostgresException {
        Optional<String> found = dir.read(conf());
        Path base = file(ServerConfig.BASE_CONF);
        if (Files.exists(base)) return;
        if (found.isPresent() && !ConfText.isGenerated(found.get())) {
            // A copy, not a rename: a crash in between must not leave a server without its file.
            write(base, found.get());
        } else write(base, "# the original postgresql.conf was not found\n");
    }

    /** Lets PostgreSQL read the file before it counts: its own words are the best message. */
    private void check(ServerConfig config) throws PostgresException {
        Path draft = file("postgresql.conf.matriarch-check");
        try {
            write(draft, config.postgresqlConf());
            var command = new ArrayList<String>();
            command.add(binaries.program("postgres").toString());
            command.addAll(List.of("-C", "port", "-D", node.dataDir().toString()));
            command.add("--config-file=" + draft);
            config.commandLine().forEach((name, value) -> command.add("--" + name + "=" + value));
            var result = programs.run(command, Map.of(), PATIENCE);
            if (!result.good())
                throw new PostgresException(
                        Code.CONFIG,
                        "PostgreSQL refuses the configuration: "
                                + result.lastWords().replace(draft.toString(), conf().toString()),
                        "Correct the parameter in matriarch.yml, in the cluster's dynamic"
                                + " configuration or in "
                                + ServerConfig.BASE_CONF
                                + "; nothing was changed.");
        } finally {
            delete(draft);
        }
    }

    /**
     * What these parameters are without our file: by its base, what that includes, and ALTER
     * SYSTEM. PostgreSQL itself is asked, and only again once the base changed; one it cannot tell
     * is empty.
     */
    Map<String, String> withoutOurs(Optional<String> customConf, Set<String> names)
            throws PostgresException {
        Path base = customConf.map(this::file).orElseGet(() -> file(ServerConfig.BASE_CONF));
        if (!Files.exists(base))
            base = taken() ? base : conf(); // at first contact it is the user's
        Optional<String> text = dir.read(base);
        if (text.isEmpty()) return Map.of();
        String key = base + "\n" + text.get() + "\n" + autoConf().orElse("");
        if (!key.equals(baseKey)) {
            var found = new LinkedHashMap<String, String>();
            for (String name : names) found.put(name, ask(base, name));
            baseValues = found;
            baseKey = key;
        }
        return baseValues;
    }

    private String ask(Path conf, String name) throws PostgresException {
        var command = new ArrayList<String>();
        command.add(binaries.program("postgres").toString());
        command.addAll(List.of("-C", name, "-D", node.dataDir().toString()));
        command.add("--config-file=" + conf);
        var result = programs.run(command, Map.of(), PATIENCE);
        if (!result.good()) log.debug("{} of {}: {}", name, conf, result.lastWords());
        return result.good() ? result.output().strip() : "";
    }

    /** What our file says of one parameter; empty if it does not, or is not ours yet. */
    Optional<String> generated(String name) throws PostgresException {
        return dir.read(conf())
                .filter(ConfText::isGenerated)
                .flatMap(text -> Optional.ofNullable(ConfText.parse(text).get(name)));
    }

    /** Where a standby was told to get its WAL from, by the files; empty if they do not say. */
    Optional<ServerConfig.Source> source() throws PostgresException {
        var values = new LinkedHashMap<>(dir.read(conf()).map(ConfText::parse).orElse(Map.of()));
        values.putAll(autoConf().map(ConfText::parse).orElse(Map.of()));
        String conninfo = values.get("primary_conninfo");
        return conninfo == null
                ? Optional.empty()
                : Optional.of(
                        new ServerConfig.Source(
                                conninfo, values.getOrDefault("primary_slot_name", "")));
    }

    /** ALTER SYSTEM must not tell a standby whom to follow: its settings win over our file. */
    void cleanAutoConf() throws PostgresException {
        cleanAutoConf(Gucs.RECOVERY);
    }

    void cleanAutoConf(Set<String> names) throws PostgresException {
        Optional<String> text = autoConf();
        if (text.isEmpty()) return;
        String clean = ConfText.without(text.get(), names);
        if (!clean.equals(text.get())) write(dir.file("postgresql.auto.conf"), clean);
    }

    private Optional<String> autoConf() throws PostgresException {
        return dir.read(dir.file("postgresql.auto.conf"));
    }

    /** Our own files, before something overwrites them with another member's. */
    Map<String, String> save() throws PostgresException {
        var saved = new LinkedHashMap<String, String>();
        for (String name : OWN) dir.read(file(name)).ifPresent(text -> saved.put(name, text));
        return saved;
    }

    void restore(Map<String, String> saved) throws PostgresException {
        for (var entry : saved.entrySet()) write(file(entry.getKey()), entry.getValue());
    }

    /** The password file for libpq in standbys and programs. */
    Path passFile() throws PostgresException {
        Path path = node.pgpass();
        var text = new StringBuilder();
        for (var account : List.of(node.replication(), node.rewind(), node.superuser()))
            if (!account.password().isEmpty() && text.indexOf(ConnInfo.passLine(account)) < 0)
                text.append(ConnInfo.passLine(account));
        ensureDirectory(path.toAbsolutePath().resolveSibling(".").normalize());
        if (!dir.read(path).equals(Optional.of(text.toString()))) write(path, text.toString());
        return path;
    }

    void ensureDirectory(Path directory) throws PostgresException {
        if (Files.isDirectory(directory)) return;
        try {
            Path parent = directory.getParent();
            if (parent != null && !Files.exists(parent, LinkOption.NOFOLLOW_LINKS))
                ensureDirectory(parent);
            Files.createDirectory(
                    directory,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rwx------")));
            runAs.own(directory);
        } catch (IOException e) {
            throw DataDir.unwritable(directory, e);
        }
    }
}
