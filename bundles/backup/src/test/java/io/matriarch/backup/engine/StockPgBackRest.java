package io.matriarch.backup.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The stock program, as judge of what we write. PostgreSQL archives by the installed one; what
 * judges may be another: {@code -Dmatriarch.test.pgbackrest=PROGRAM}, run as the user we are, who
 * must make it run as postgres.
 */
final class StockPgBackRest {
    static final Path PROGRAM = Path.of("/usr/bin/pgbackrest");
    private static final Pattern BAD =
            Pattern.compile("(missing|checksum invalid|size invalid|other): ([1-9]\\d*)");

    private static final String JUDGE = System.getProperty("matriarch.test.pgbackrest", "");
    private static final Pattern VERSION = Pattern.compile("pgBackRest (\\d+)\\.(\\d+)");

    private final Path config;
    private final Path work;
    private final TestServer server;
    private final String version;

    StockPgBackRest(Path work, TestServer server) throws Exception {
        this.work = work;
        this.server = server;
        config = work.resolve("pgbackrest.conf");
        version = judge(List.of("version"));
    }

    static boolean isInstalled() {
        return Files.isExecutable(PROGRAM);
    }

    /** From 2.46 on it reads what is stored block by block. */
    boolean readsBlocks() {
        var found = VERSION.matcher(version);
        assertThat(found.find()).as(version).isTrue();
        return Integer.parseInt(found.group(1)) > 2 || Integer.parseInt(found.group(2)) >= 46;
    }

    String version() {
        return version.strip();
    }

    private static String judge(List<String> arguments) throws Exception {
        var command = new ArrayList<String>();
        command.add(JUDGE.isEmpty() ? PROGRAM.toString() : JUDGE);
        command.addAll(arguments);
        return JUDGE.isEmpty() ? TestServer.run(command) : TestServer.runAsWeAre(command);
    }

    /** What PostgreSQL's archive_command is; where it goes to is in the configuration. */
    String archiveCommand() {
        return PROGRAM + " --config=" + config + " --stanza=demo archive-push %p";
    }

    void use(Path repository, Optional<String> passphrase, String... more) throws Exception {
        var text = new StringBuilder("[global]\n");
        text.append("repo1-path=").append(repository).append('\n');
        for (String folder : List.of("lock", "log", "spool")) {
            Files.createDirectories(work.resolve(folder));
            text.append(folder).append("-path=").append(work.resolve(folder)).append('\n');
        }
        text.append("log-level-file=off\nlog-level-console=warn\nstart-fast=y\n");
        passphrase.ifPresent(pass ->
                text.append("repo1-cipher-type=aes-256-cbc\nrepo1-cipher-pass=")
                        .append(pass)
                        .append('\n'));
        for (String line : more) text.append(line).append('\n');
        text.append("[demo]\npg1-path=").append(server.data);
        text.append("\npg1-port=").append(server.port);
        text.append("\npg1-user=postgres\npg1-socket-path=")
                .append(server.data.getParent())
                .append('\n');
        Files.writeString(config, text);
        TestServer.own(work);
    }

    String run(String... arguments) throws Exception {
        var command = new ArrayList<>(List.of("--config=" + config, "--stanza=demo"));
        command.addAll(List.of(arguments));
        return judge(command);
    }

    /** It exits 0 whatever it finds, so its words count. */
    void verify(int backups) throws Exception {
        var text = run("verify", "--output=text", "--verbose");
        assertThat(text).contains("status: ok");
        assertThat(text.split("status: valid", -1)).as(text).hasSize(backups + 1);
        assertThat(BAD.matcher(text).find()).as(text).isFalse();
        assertThat(text).doesNotContain("invalid\n").doesNotContain("WARN").doesNotContain("ERROR");
        assertThat(run("info", "--output=json")).contains("\"status\":{\"code\":0,");
    }

    void restore(Path target, String... more) throws Exception {
        Files.createDirectories(target);
        Files.setPosixFilePermissions(
                target, java.nio.file.attribute.PosixFilePermissions.fromString("rwx------"));
        TestServer.own(target.getParent());
        var arguments = new ArrayList<>(List.of("restore", "--pg1-path=" + target));
        arguments.addAll(List.of(more));
        run(arguments.toArray(String[]::new));
    }
}
