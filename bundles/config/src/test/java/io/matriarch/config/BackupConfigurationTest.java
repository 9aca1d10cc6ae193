package io.matriarch.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.matriarch.config.core.Mapping;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("Backups and schedules in matriarch.yml")
class BackupConfigurationTest {
    private static final String LOCAL = "backup: {repositories: [{name: local, directory: /b}]}\n";

    @TempDir Path folder;

    private Configuration read(String text) throws Exception {
        var file = folder.resolve("m.yml");
        Files.writeString(file, ConfigurationTest.GOOD + text);
        return Configuration.read(file, Map.of());
    }

    private Map<String, Map<String, Object>> mapped(String text) throws Exception {
        return Mapping.of(
                read(text).settings(),
                new Mapping.Surroundings(
                        "1.0", "/guard", "/bin/wal", "/key.p12", "/trust.p12", "secret"));
    }

    private List<String> problems(String text) {
        var refusal = catchThrowableOfType(ConfigurationException.class, () -> read(text));
        assertThat(refusal).as("refused").isNotNull();
        return refusal.problems().stream()
                .map(problem -> problem.toString().replace(folder + "/", ""))
                .toList();
    }

    @Test
    @DisplayName("are absent without a section")
    void absent() throws Exception {
        assertThat(mapped("")).doesNotContainKeys("io.matriarch.backup", "io.matriarch.schedule");
    }

    @Test
    @DisplayName("of a small file: the stanza is the scope, no default is filled in")
    void small() throws Exception {
        assertThat(mapped(LOCAL).get("io.matriarch.backup"))
                .containsEntry("stanza", "demo")
                .containsEntry("stateDir", "/data/pg.matriarch")
                .containsEntry("spoolDir", "/data/pg.matriarch/spool")
                .containsEntry("dataDir", "/data/pg")
                .containsEntry(
                        "repositories", new String[] {"{\"name\":\"local\",\"directory\":\"/b\"}"})
                .doesNotContainKeys("compress", "processes", "exclude");
        assertThat(mapped(LOCAL).get("io.matriarch.schedule"))
                .containsEntry("scope", "demo")
                .containsEntry("name", "n1")
                .containsEntry("namespace", "service")
                .containsEntry("schedules", new String[] {});
    }

    @Test
    @DisplayName("give PostgreSQL the commands of its WAL archive, safe for the shell")
    void commands() throws Exception {
        assertThat(mapped("").get("io.matriarch.postgres"))
                .doesNotContainKeys("archiveCommand", "restoreCommand");
        assertThat(mapped(LOCAL).get("io.matriarch.postgres"))
                .containsEntry(
                        "archiveCommand",
                        "'/bin/wal' --socket '/data/pg.matriarch/run/wal.sock' push \"%p\"")
                .containsEntry(
                        "restoreCommand",
                        "'/bin/wal' --socket '/data/pg.matriarch/run/wal.sock' get %f \"%p\"");
        var odd =
                "matriarch: {state_dir: \"/it's 5%\"}\n"
                        + LOCAL.replace("backup: {", "backup: {archive: {timeout: 2min}, ");
        assertThat(mapped(odd).get("io.matriarch.postgres"))
                .containsEntry(
                        "archiveCommand",
                        "'/bin/wal' --socket '/it'\\''s 5%%/run/wal.sock' --wait 120 push \"%p\"");
    }

    @Test
    @DisplayName("of a full file: each repository is an object, each size in bytes")
    void full() throws Exception {
        var secret = Files.writeString(folder.resolve("secret"), "s");
        var all =
                mapped(
                        """
                        backup:
                          stanza: main
                          compress: lz4
                          compress_level: 1
                          processes: 4
                          bundle_size: 32MB
                          block_incremental: true
                          from: standby
                          rate_limit: 100 MiB
                          exclude: [log/, "a,b"]
                          archive: {timeout: 2min, prefetch: 64MB}
                          repositories:
                            - name: far
                              s3:
                                bucket: b
                                prefix: /p
                                endpoint: https://s3.example.org
                                access_key: k
                                secret_key_file: %s
                                sse: kms
                                tags: {owner: dba}
                                deadline: 90
                                part_size: 16MB
                              cipher: {type: aes-256-cbc, passphrase: "007"}
                              retention: {full: 14, full_type: time, diff: 3}
                            - name: near
                              directory: /b
                              required: no
                        schedules:
                          - {name: weekly, task: backup-full, cron: 30 1 * * 7, zone: Europe/Vienna, jitter: 10min}
                          - {name: daily, task: backup-diff, cron: 0 30 1 ? * MON-SAT, missed: run}
                        """
                                .formatted(secret));
        var backup = all.get("io.matriarch.backup");
        assertThat(backup)
                .containsEntry("stanza", "main")
                .containsEntry("compress", "lz4")
                .containsEntry("compressLevel", 1)
                .containsEntry("bundleSize", 32 << 20)
                .containsEntry("rateLimit", 100 << 20)
                .containsEntry("blockIncremental", true)
                .containsEntry("exclude", new String[] {"log/", "a,b"})
                .containsEntry("archiveTimeout", 120)
                .containsEntry("archivePrefetch", 64 << 20);
        assertThat((String[]) backup.get("repositories"))
                .containsExactly(
                        "{\"name\":\"far\",\"s3\":{\"bucket\":\"b\",\"prefix\":\"/p\","
                                + "\"endpoint\":\"https://s3.example.org\",\"access_key\":\"k\","
                                + "\"secret_key_file\":\""
                                + secret
                                + "\",\"sse\":\"kms\",\"tags\":{\"owner\":\"dba\"},"
                                + "\"deadline\":90,\"part_size\":16777216},"
                                + "\"cipher\":{\"type\":\"aes-256-cbc\",\"passphrase\":\"007\"},"
                                + "\"retention\":{\"full\":14,\"full_type\":\"time\",\"diff\":3}}",
                        "{\"name\":\"near\",\"directory\":\"/b\",\"required\":false}");
        assertThat((String[]) all.get("io.matriarch.schedule").get("schedules"))
                .containsExactly(
                        "{\"name\":\"weekly\",\"task\":\"backup-full\",\"cron\":\"0 30 1 ? * SUN\","
                                + "\"zone\":\"Europe/Vienna\",\"jitter\":600}",
                        "{\"name\":\"daily\",\"task\":\"backup-diff\",\"cron\":\"0 30 1 ? * MON-SAT\","
                                + "\"missed\":\"run\"}");
    }

    @Test
    @DisplayName("are refused with the line of the item, and the nearest key")
    void lines() {
        assertThat(
                        problems(
                                """
                                backup:
                                  repositories:
                                    - name: one
                                      directry: /b
                                    - directory: /c
                                    - /d
                                """))
                .containsExactly(
                        "m.yml:12: backup.repositories[0]: has neither directory nor s3. Give it"
                                + " exactly one of the two",
                        "m.yml:13: backup.repositories[0].directry: unknown key = \"/b\". Did you"
                                + " mean directory?",
                        "m.yml:14: backup.repositories[1].name: is missing. Name of this repository"
                                + " in commands and messages: unique; letters, digits, - and _.",
                        "m.yml:15: backup.repositories[2]: \"/d\" where a section belongs. Its keys:"
                                + " name, directory, required, s3, cipher, retention",
                        "m.yml:15: backup.repositories[2].name: is missing. Name of this repository"
                                + " in commands and messages: unique; letters, digits, - and _.",
                        "m.yml:15: backup.repositories[2]: has neither directory nor s3. Give it"
                                + " exactly one of the two");
    }

    @ParameterizedTest(name = "{0}")
    @DisplayName("are refused where they cannot work")
    @CsvSource(
            delimiter = '!',
            value = {
                "{name: a}! has neither directory nor s3",
                "{name: a, directory: /b, s3: {bucket: x, region: r}}! has both directory and s3",
                "{name: a b, directory: /b}! cannot be a name",
                "{name: a, directory: b}! is not an absolute path",
                "{name: a, directory: /data/pg/backup}! lie in one another",
                "{name: a, directory: /data}! lie in one another",
                "{name: a, directory: /b, required: false}! none is required",
                "{name: a, directory: /b}, {name: a, directory: /c}! is there twice",
                "{name: a, directory: /b}, {name: c, directory: /b/}! lies where",
                "{name: a, s3: {region: r}}! s3.bucket: is missing",
                "{name: a, s3: {bucket: b}}! s3.region: is missing",
                "{name: a, s3: {bucket: b, endpoint: host}}! is not a URL",
                "{name: a, s3: {bucket: b, region: r, access_key: k}}! without its secret part",
                "{name: a, s3: {bucket: b, region: r, secret_key: k}}! access_key is not",
                "{name: a, s3: {bucket: b, region: r, secret_key_file: /none}}! does not exist",
                "{name: a, s3: {bucket: b, region: r, sse: customer}}! is missing",
                "{name: a, s3: {bucket: b, region: r, sse_kms_key_id: x}}! sse is none",
                "{name: a, s3: {bucket: b, region: r, part_size: 1MB}}! out of range",
                "{name: a, s3: {bucket: b, region: r, part_size: large}}! is not a size",
                "{name: a, s3: {bucket: b, region: r, deadline: 2 weeks}}! is not a time",
                "{name: a, directory: /b, cipher: {type: aes-256-cbc}}! has no passphrase",
                "{name: a, directory: /b, cipher: {passphrase: x}}! no type that uses it",
                "{name: a, directory: /b, cipher: {type: rot13}}! is not one of",
                "{name: a, directory: /b, retention: {full: 0}}! out of range",
                "{name: a, directory: /b, retention: {ful: 2}}! Did you mean full?",
            })
    void refusedRepositories(String items, String message) {
        assertThat(problems("backup: {repositories: [" + items + "]}\n"))
                .anySatisfy(problem -> assertThat(problem).contains(message));
    }

    @ParameterizedTest(name = "{0}")
    @DisplayName("are refused where settings do not fit each other")
    @CsvSource(
            delimiter = '!',
            value = {
                "compress_level: 23! out of range",
                "compress_level: 0, compress: bz2! no level of bz2",
                "compress_level: 1, compress: none! compress is none",
                "block_incremental: true, bundle: false! needs backup.bundle",
                "stanza: a/b! cannot name a stanza",
                "from: replica! is not one of",
                "processes: 0! out of range",
                "rate_limit: 1kB! out of range",
                "repositories: /b! where a list belongs",
            })
    void refusedSettings(String line, String message) {
        String repositories =
                line.contains("repositories") ? "" : ", repositories: [{name: a, directory: /b}]";
        assertThat(problems("backup: {" + line + repositories + "}\n"))
                .anySatisfy(problem -> assertThat(problem).contains(message));
    }

    @Test
    @DisplayName("need a repository")
    void needRepository() {
        assertThat(problems("backup: {processes: 2}\n"))
                .singleElement()
                .asString()
                .contains("no repository is named");
        assertThat(problems("schedules: [{name: a, task: verify, cron: 0 0 * * *}]\n"))
                .singleElement()
                .asString()
                .contains("there is no repository for them");
    }

    @Test
    @DisplayName("never show a passphrase or secret key in a message")
    void noSecrets() {
        assertThat(
                        problems(
                                "backup: {repositories: [{name: a, directory: /b, cipher:"
                                        + " {type: aes-256-cbc, pasphrase: hush}}, {name: c, s3:"
                                        + " {bucket: b, region: r, secretkey: hush, secret_key:"
                                        + " [hush]}}]}\n"))
                .allSatisfy(problem -> assertThat(problem).doesNotContain("hush"))
                .anySatisfy(problem -> assertThat(problem).contains("Did you mean passphrase?"));
    }

    @ParameterizedTest(name = "{0}")
    @DisplayName("know cron's five fields and Quartz' six or seven")
    @CsvSource(
            delimiter = '!',
            value = {
                "30 1 * * *! 0 30 1 * * ?",
                "*/15 0-6,22 1,15 JAN-MAR *! 0 */15 0-6,22 1,15 JAN-MAR ?",
                "0 3 * * 0! 0 0 3 ? * SUN",
                "0 3 * * 1-5! 0 0 3 ? * MON-FRI",
                "0 3 * * sun,3! 0 0 3 ? * SUN,WED",
                "@daily! 0 0 0 * * ?",
                "15 30 1 L * ?! 15 30 1 L * ?",
                "0 30 1 ? * SUN#1 2027! 0 30 1 ? * SUN#1 2027",
            })
    void crons(String cron, String quartz) throws Exception {
        var schedules =
                (String[])
                        mapped(
                                        LOCAL
                                                + "schedules: [{name: a, task: drill, cron: '"
                                                + cron
                                                + "'}]\n")
                                .get("io.matriarch.schedule")
                                .get("schedules");
        assertThat(schedules[0]).contains("\"cron\":\"" + quartz + "\"");
    }

    @ParameterizedTest(name = "{0}")
    @DisplayName("are refused where a schedule is wrong")
    @CsvSource(
            delimiter = '!',
            value = {
                "cron: '1 2 3'! has 3 fields",
                "cron: '60 1 * * *'! minute \"60\" is not from 0 to 59",
                "cron: '0 1 * * MOO'! day of week \"MOO\"",
                "cron: '0 1 1 * 1'! both a day of month and a day of week",
                "cron: '0 0 1 * * *'! must have ?",
                "cron: '*/0 1 * * *'! step of 0",
                "cron: '0 1 x * *'! day of month \"X\"",
                "cron: '0 1 * * *', zone: Europe/Wienna! Did you mean Europe/Vienna?",
                "cron: '0 1 * * *', missed: perhaps! is not one of",
                "cron: '0 1 * * *', jitter: 2d! out of range",
                "cron: '0 1 * * *', taks: verify! Did you mean task?",
            })
    void refusedSchedules(String keys, String message) {
        assertThat(problems(LOCAL + "schedules: [{name: a, task: verify, " + keys + "}]\n"))
                .singleElement()
                .asString()
                .contains(message);
    }

    @Test
    @DisplayName("have schedules of different names, each with a task and a time")
    void scheduleNames() {
        assertThat(
                        problems(
                                LOCAL
                                        + """
                                        schedules:
                                          - {name: a, task: verify, cron: 0 0 * * *}
                                          - {name: a, task: expire, cron: 0 0 * * *}
                                          - {name: b}
                                        """))
                .anySatisfy(each -> assertThat(each).contains("m.yml:13: ", "is there twice"))
                .anySatisfy(each -> assertThat(each).contains("schedules[2].task: is missing"))
                .anySatisfy(each -> assertThat(each).contains("schedules[2].cron: is missing"));
    }
}
