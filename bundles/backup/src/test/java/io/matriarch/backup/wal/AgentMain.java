package io.matriarch.backup.wal;

import io.matriarch.api.SystemId;
import io.matriarch.backup.codec.Compression;
import io.matriarch.backup.codec.Passphrase;
import io.matriarch.backup.format.DbControl;
import io.matriarch.backup.format.DbIdentity;
import io.matriarch.backup.format.PgVersion;
import io.matriarch.backup.repository.Repository;
import io.matriarch.backup.wal.archive.RepositoryArchive;
import io.matriarch.storage.disk.DirectoryStorage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/** The WAL part of an agent as a process of its own, which can be killed; ends with its input. */
public final class AgentMain {
    private AgentMain() {}

    /**
     * @param arguments data directory, folder of our own, repository, passphrase (empty: none)
     */
    public static void main(String[] arguments) throws Exception {
        Path data = Path.of(arguments[0]);
        Path own = Path.of(arguments[1]);
        Path repo = Files.createDirectories(Path.of(arguments[2]));
        var pass = Optional.of(arguments[3]).filter(p -> !p.isEmpty()).map(Passphrase::new);
        var stanza = new Repository("repo1", new DirectoryStorage(repo), pass).stanza("demo");
        stanza.create(control(data), new SecureRandom());
        var settings =
                new WalSettings(
                        "node-a",
                        "demo",
                        data,
                        own.resolve("run/wal.sock"),
                        own.resolve("spool"),
                        WalSettings.DEFAULT_SPOOL_BYTES,
                        Compression.ZST,
                        3,
                        2,
                        2);
        try (var service =
                new WalService(
                        settings,
                        List.of(new RepositoryArchive(stanza, true)),
                        List::of,
                        Clock.systemUTC())) {
            System.out.println("ready");
            for (int command; (command = System.in.read()) >= 0; )
                if (command == 'c') System.out.println(service.check(true));
                else if (command == 's') System.out.println(service.status());
        }
    }

    private static DbControl control(Path data) throws Exception {
        var bytes =
                ByteBuffer.wrap(Files.readAllBytes(data.resolve("global/pg_control")))
                        .order(ByteOrder.LITTLE_ENDIAN);
        var version = PgVersion.parse(Files.readString(data.resolve("PG_VERSION")).strip());
        var id = new SystemId(Long.toUnsignedString(bytes.getLong(0)));
        return new DbControl(new DbIdentity(1, id, version), bytes.getInt(8), bytes.getInt(12));
    }
}
