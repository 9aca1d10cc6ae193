package io.matriarch.storage.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.matriarch.storage.api.Entry;
import io.matriarch.storage.api.Entry.Kind;
import io.matriarch.storage.api.StorageException;
import io.matriarch.storage.api.StorageException.Fault;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What only a directory has: modes, links, drafts, a mount that is missing. */
class DirectoryStorageTest {
    @TempDir Path temp;
    private Path root;
    private DirectoryStorage storage;

    @BeforeEach
    void makeRoot() throws Exception {
        root = Files.createDirectory(temp.resolve("repo"));
        storage = new DirectoryStorage(root);
    }

    private static StorageException failure(
            org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        var failure = catchThrowableOfType(StorageException.class, call);
        assertThat(failure).isNotNull();
        return failure;
    }

    private String mode(String path) throws Exception {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(root.resolve(path)));
    }

    @Test
    @DisplayName("files are 0640 and folders 0750")
    void modes() throws Exception {
        storage.put("archive/demo/archive.info", new byte[1]);
        storage.putIfAbsent("archive/once", new byte[1]);
        storage.folder("backup/demo");
        assertThat(mode("archive")).isEqualTo("rwxr-x---");
        assertThat(mode("archive/demo")).isEqualTo("rwxr-x---");
        assertThat(mode("backup/demo")).isEqualTo("rwxr-x---");
        assertThat(mode("archive/demo/archive.info")).isEqualTo("rw-r-----");
        assertThat(mode("archive/once")).isEqualTo("rw-r-----");
    }

    @Test
    @DisplayName("a draft a crash left is seen by nobody, and swept when it is old enough")
    void drafts() throws Exception {
        var upload = storage.write("d/file");
        upload.write(ByteBuffer.wrap(new byte[10]));
        Path draft;
        try (var files = Files.list(root.resolve("d"))) {
            draft = files.findFirst().orElseThrow();
        }
        assertThat(draft.getFileName().toString()).startsWith("file.").endsWith(".matriarch.tmp");
        assertThat(storage.list("d")).isEmpty();
        assertThat(storage.stat("d/" + draft.getFileName())).isEmpty();
        storage.walk("", entry -> assertThat(entry).as("a draft").isNull());

        Instant begun = Files.getLastModifiedTime(draft).toInstant();
        assertThat(storage.sweep(begun)).isZero();
        Files.setLastModifiedTime(draft, FileTime.from(begun.minusSeconds(10)));
        assertThat(storage.sweep(begun)).isEqualTo(1);
        assertThat(draft).doesNotExist();
    }

    @Test
    @DisplayName("two writers of one file do not write into each other's draft; the later stays")
    void twoWriters() throws Exception {
        var other = new DirectoryStorage(root);
        try (var mine = storage.write("wal");
                var theirs = other.write("wal")) {
            mine.write(ByteBuffer.wrap("mine".getBytes()));
            theirs.write(ByteBuffer.wrap("theirs".getBytes()));
            mine.commit();
            assertThat(root.resolve("wal")).hasContent("mine");
            theirs.commit();
        }
        assertThat(root.resolve("wal")).hasContent("theirs");
    }

    @Test
    @DisplayName("a name of 255 bytes can be written too")
    void longNames() throws Exception {
        String name = "ä".repeat(127) + "x";
        storage.put(name, new byte[1]);
        assertThat(storage.stat(name)).isPresent();
    }

    @Test
    @DisplayName("a missing directory is not an empty repository: every call says so")
    void missingRoot() throws Exception {
        Files.delete(root);
        for (var failure :
                List.of(
                        failure(() -> storage.stat("a")),
                        failure(() -> storage.list("")),
                        failure(() -> storage.list("archive")),
                        failure(() -> storage.walk("", entry -> {})),
                        failure(() -> storage.read("a")),
                        failure(() -> storage.put("a/b", new byte[1])),
                        failure(() -> storage.putIfAbsent("a", new byte[1])),
                        failure(() -> storage.delete(List.of("a"))),
                        failure(() -> storage.deleteTree("a")),
                        failure(() -> storage.folder("a/b")),
                        failure(() -> storage.sweep(Instant.now())))) {
            assertThat(failure.fault()).isEqualTo(Fault.UNREACHABLE);
            assertThat(failure.getMessage()).contains(root.toString());
            assertThat(failure.hint()).contains("mounted");
        }
        assertThat(root).doesNotExist();
        storage.folder("");
        assertThat(mode("")).isEqualTo("rwxr-x---");
    }

    @Test
    @DisplayName("links of the format are made, replaced, told as links, and read through")
    void links() throws Exception {
        storage.put("backup/demo/20260101-000000F/backup.manifest", "m".getBytes());
        storage.put("backup/demo/20260102-000000F/backup.manifest", "n".getBytes());
        storage.link("backup/demo/latest", "20260101-000000F");
        assertThat(Files.readSymbolicLink(root.resolve("backup/demo/latest")))
                .isEqualTo(Path.of("20260101-000000F"));
        storage.link("backup/demo/latest", "20260102-000000F");
        assertThat(storage.list("backup/demo").stream().map(Entry::kind))
                .containsExactly(Kind.FOLDER, Kind.FOLDER, Kind.LINK);
        assertThat(storage.stat("backup/demo/latest").orElseThrow().kind()).isEqualTo(Kind.LINK);
        try (var in = storage.read("backup/demo/latest/backup.manifest")) {
            assertThat(in.readAllBytes()).isEqualTo("n".getBytes());
        }
        assertThat(storage.list("backup/demo/latest").getFirst().path())
                .isEqualTo("backup/demo/latest/backup.manifest");
        int[] files = {0};
        storage.walk("backup", entry -> files[0]++);
        assertThat(files[0]).as("each file once").isEqualTo(2);
        storage.deleteTree("backup/demo/20260102-000000F");
        storage.delete(List.of("backup/demo/latest"));
        assertThat(storage.list("backup/demo")).hasSize(1);
    }

    @Test
    @DisplayName("no call follows a link out of the repository")
    void linksThatLeave() throws Exception {
        Path outside = Files.createDirectory(temp.resolve("outside"));
        Files.writeString(outside.resolve("secret"), "secret");
        Files.createSymbolicLink(root.resolve("way"), outside);
        Files.createSymbolicLink(root.resolve("file"), outside.resolve("secret"));
        Files.createSymbolicLink(root.resolve("dangling"), outside.resolve("none"));
        for (var failure :
                List.of(
                        failure(() -> storage.read("way/secret")),
                        failure(() -> storage.read("file")),
                        failure(() -> storage.list("way")),
                        failure(() -> storage.stat("way/secret")),
                        failure(() -> storage.put("way/new", new byte[1])),
                        failure(() -> storage.put("way/deep/er", new byte[1])),
                        failure(() -> storage.delete(List.of("way/secret"))),
                        failure(() -> storage.deleteTree("way/deep")),
                        failure(() -> storage.folder("way/new")))) {
            assertThat(failure.fault()).isEqualTo(Fault.BROKEN);
            assertThat(failure.getMessage()).contains("leaves the repository");
        }
        failure(() -> storage.put("dangling/x", new byte[1]));
        storage.walk("way", entry -> assertThat(entry).isNull());
        storage.deleteTree("way");
        storage.deleteTree("");
        assertThat(outside.resolve("secret")).exists();
        assertThat(outside.resolve("none")).doesNotExist();
        assertThat(root).isEmptyDirectory();
    }

    @Test
    @DisplayName("a link in the place of a file is replaced by a put, not followed")
    void putReplacesLinks() throws Exception {
        Path outside = Files.writeString(temp.resolve("outside"), "old");
        Files.createSymbolicLink(root.resolve("file"), outside);
        storage.put("file", "new".getBytes());
        assertThat(outside).hasContent("old");
        assertThat(Files.isSymbolicLink(root.resolve("file"))).isFalse();
        assertThat(failure(() -> storage.link("file", "x")).fault()).isEqualTo(Fault.BROKEN);
        assertThat(root.resolve("file")).hasContent("new");
    }

    @Test
    @DisplayName("folders left empty by a deletion go, those that are not stay")
    void prunes() throws Exception {
        storage.put("17-1/0000000100000000/a", new byte[1]);
        storage.put("17-1/0000000100000001/b", new byte[1]);
        storage.delete(List.of("17-1/0000000100000000/a"));
        assertThat(storage.list("17-1").stream().map(Entry::name))
                .containsExactly("0000000100000001");
        storage.delete(List.of("17-1/0000000100000001/b"));
        assertThat(root).isEmptyDirectory();
        assertThat(failure(() -> storage.delete(List.of(""))).fault()).isEqualTo(Fault.BROKEN);
    }

    @Test
    @DisplayName("a folder where a file should be is told as damage, and not removed")
    void folderInTheWay() throws Exception {
        storage.put("backup.info/file", new byte[1]);
        assertThat(failure(() -> storage.put("backup.info", new byte[1])).fault())
                .isEqualTo(Fault.BROKEN);
        assertThat(failure(() -> storage.read("backup.info")).fault()).isEqualTo(Fault.BROKEN);
        assertThat(failure(() -> storage.delete(List.of("backup.info"))).fault())
                .isEqualTo(Fault.BROKEN);
        assertThat(root.resolve("backup.info/file")).exists();
        try (var files = Files.list(root)) {
            assertThat(files.toList()).as("no draft stays").hasSize(1);
        }
    }

    @Test
    @DisplayName("no rights is DENIED, and the hint names who must own what")
    void denied() throws Exception {
        assumeFalse("root".equals(System.getProperty("user.name")), "root may do everything");
        Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("r-x------"));
        var failure = failure(() -> storage.put("a", new byte[1]));
        assertThat(failure.fault()).isEqualTo(Fault.DENIED);
        assertThat(failure.hint()).contains("own", root.toString());
        Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwx------"));
    }

    @Test
    @DisplayName("what the system says is told as full, denied, unreachable or broken")
    void systemErrors() {
        assertThat(told("No space left on device")).isEqualTo(Fault.FULL);
        assertThat(told("Disk quota exceeded")).isEqualTo(Fault.FULL);
        assertThat(told("Stale file handle")).isEqualTo(Fault.UNREACHABLE);
        assertThat(told("Read-only file system")).isEqualTo(Fault.DENIED);
        assertThat(told("Input/output error")).isEqualTo(Fault.BROKEN);
    }

    private Fault told(String text) {
        return DiskFaults.fault(root, new IOException(text));
    }

    @Test
    @DisplayName("the root may itself be a link")
    void rootBehindLink() throws Exception {
        Path link = Files.createSymbolicLink(temp.resolve("link"), root);
        var other = new DirectoryStorage(link);
        other.put("a/b", new byte[3]);
        assertThat(other.list("a").getFirst().path()).isEqualTo("a/b");
        assertThat(Files.exists(root.resolve("a/b"), LinkOption.NOFOLLOW_LINKS)).isTrue();
        other.deleteTree("a");
        assertThat(root).isEmptyDirectory();
    }
}
