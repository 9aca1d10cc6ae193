package io.matriarch.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.matriarch.storage.api.Entry;
import io.matriarch.storage.api.Storage;
import io.matriarch.storage.api.StorageException;
import io.matriarch.storage.api.StorageException.Fault;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What every storage must do; each kind, and each S3 server, runs it. */
public abstract class StorageContract {
    private static final AtomicInteger NUMBER = new AtomicInteger();

    private Storage storage;
    private String base;

    /** A storage all tests of the class may share; each writes below a folder of its own. */
    protected abstract Storage open() throws Exception;

    /** More bytes than one part of a multipart upload, where there are parts. */
    protected int severalPartsBytes() {
        return 1 << 20;
    }

    /** More files than one page of a listing or one batch of a deletion, if affordable. */
    protected int severalPages() {
        return 50;
    }

    /** Whether the server is known to decide conditional writes. */
    protected boolean mustDecideAbsence() {
        return true;
    }

    /** Whether the server knows conditional writes, but is known to lose races of them. */
    protected boolean racesAreLost() {
        return false;
    }

    /** Whether an upload of several parts that is given up leaves the server's old object alone. */
    protected boolean abandonsKeepWhatWas() {
        return true;
    }

    /** Whether the server gives the range it was asked for. */
    protected boolean knowsRanges() {
        return true;
    }

    /** Names that must work; a server's own limits may take some away. */
    protected List<String> strangeNames() {
        return List.of("a b", "plus+percent%41", "q?#&=;:@!$'()*,~", "ä€𝄞", "back\\slash", "-x.");
    }

    @BeforeEach
    void freshFolder() throws Exception {
        storage = open();
        base = "contract" + NUMBER.incrementAndGet();
    }

    @AfterEach
    void close() throws StorageException {
        storage.deleteTree(base);
        storage.close();
    }

    private String at(String name) {
        return base + "/" + name;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private byte[] read(String name) throws StorageException, IOException {
        try (var in = storage.read(at(name))) {
            return in.readAllBytes();
        }
    }

    private List<String> names(String folder) throws StorageException {
        return storage.list(folder).stream().map(Entry::name).toList();
    }

    private Set<String> below(String folder) throws StorageException {
        var found = new HashSet<String>();
        storage.walk(folder, entry -> assertThat(found.add(entry.path())).isTrue());
        return found;
    }

    private static Fault faultOf(Call call) {
        var failure = catchThrowableOfType(StorageException.class, call::run);
        assertThat(failure).isNotNull();
        assertThat(failure.getMessage()).isNotBlank();
        assertThat(failure.hint()).isNotBlank();
        return failure.fault();
    }

    private interface Call {
        void run() throws StorageException, IOException;
    }

    @Test
    @DisplayName("a file that was put is read back, told by stat, and replaced by the next put")
    void putsAndReads() throws Exception {
        storage.put(at("archive.info"), bytes("one"));
        Entry first = storage.stat(at("archive.info")).orElseThrow();
        assertThat(first.path()).isEqualTo(at("archive.info"));
        assertThat(first.name()).isEqualTo("archive.info");
        assertThat(first.isFile()).isTrue();
        assertThat(first.size()).isEqualTo(3);
        assertThat(Duration.between(first.modified(), Instant.now()).abs())
                .isLessThan(Duration.ofMinutes(10));

        storage.put(at("archive.info"), bytes("twice"));
        assertThat(read("archive.info")).isEqualTo(bytes("twice"));
        assertThat(storage.stat(at("archive.info")).orElseThrow().size()).isEqualTo(5);
    }

    @Test
    @DisplayName("an empty file is a file")
    void emptyFile() throws Exception {
        storage.put(at("empty"), new byte[0]);
        assertThat(storage.stat(at("empty")).orElseThrow().size()).isZero();
        assertThat(read("empty")).isEmpty();
        try (var upload = storage.write(at("written"))) {
            upload.commit();
        }
        assertThat(read("written")).isEmpty();
    }

    @Test
    @DisplayName("names with spaces, signs and letters of all kinds come back as they were")
    void namesOfAllKinds() throws Exception {
        var names = strangeNames();
        for (String name : names) storage.put(at("odd/" + name), bytes(name));
        for (String name : names) assertThat(read("odd/" + name)).isEqualTo(bytes(name));
        assertThat(names(at("odd"))).containsExactlyInAnyOrderElementsOf(names);
        assertThat(below(at("odd"))).hasSize(names.size());
        storage.delete(names.stream().map(name -> at("odd/" + name)).toList());
        assertThat(below(at("odd"))).isEmpty();
    }

    @Test
    @DisplayName("what is not there is empty to stat, list and walk, and NOT_FOUND to read")
    void missing() throws Exception {
        assertThat(storage.stat(at("none"))).isEmpty();
        assertThat(storage.list(at("none/deep"))).isEmpty();
        assertThat(below(at("none"))).isEmpty();
        assertThat(faultOf(() -> storage.read(at("none")).close())).isEqualTo(Fault.NOT_FOUND);
        assertThat(faultOf(() -> storage.read(at("none"), 0, 1).close()))
                .isEqualTo(Fault.NOT_FOUND);
    }

    @Test
    @DisplayName("a listing has files and folders directly below, by name in byte order")
    void lists() throws Exception {
        for (String name : List.of("b/deep/er", "b/x", "a", "B", "c.info", "c", "ä", "c-1/f"))
            storage.put(at("l/" + name), bytes(name));
        storage.put(at("l2"), bytes("not below l"));
        var entries = storage.list(at("l"));
        assertThat(entries.stream().map(Entry::name))
                .containsExactly("B", "a", "b", "c", "c-1", "c.info", "ä");
        assertThat(entries.stream().filter(Entry::isFile).map(Entry::name))
                .containsExactly("B", "a", "c", "c.info", "ä");
        assertThat(entries.getFirst().size()).isEqualTo(1);
        assertThat(entries.getFirst().path()).isEqualTo(at("l/B"));
        assertThat(names(base)).containsExactly("l", "l2");
        assertThat(names("")).contains(base);
    }

    @Test
    @DisplayName("a walk tells every file below a folder once, with its size")
    void walks() throws Exception {
        var written = Set.of(at("w/1"), at("w/d/2"), at("w/d/e/3"));
        for (String path : written) storage.put(path, bytes(path));
        storage.put(at("wx"), bytes("beside"));
        assertThat(below(at("w"))).isEqualTo(written);
        storage.walk(at("w"), entry -> assertThat(entry.size()).isEqualTo(entry.path().length()));
        assertThat(below("")).containsAll(written).contains(at("wx"));
    }

    @Test
    @DisplayName("more files than a page holds are all listed, walked and removed")
    void manyFiles() throws Exception {
        int count = severalPages();
        inParallel(count, i -> storage.put(at("many/" + i), bytes("" + i)));
        assertThat(storage.list(at("many"))).hasSize(count);
        assertThat(below(at("many"))).hasSize(count);
        storage.delete(IntStream.range(0, count - 1).mapToObj(i -> at("many/" + i)).toList());
        assertThat(below(at("many"))).containsExactly(at("many/" + (count - 1)));
        storage.deleteTree(at("many"));
        assertThat(storage.list(at("many"))).isEmpty();
    }

    @Test
    @DisplayName("a part of a file is read from any offset")
    void readsParts() throws Exception {
        assumeTrue(knowsRanges(), "this server answers ranges with other bytes");
        storage.put(at("bundle"), bytes("0123456789"));
        assertThat(part("bundle", 0, 1)).isEqualTo("0");
        assertThat(part("bundle", 3, 4)).isEqualTo("3456");
        assertThat(part("bundle", 9, 1)).isEqualTo("9");
        assertThat(part("bundle", 0, 10)).isEqualTo("0123456789");
    }

    private String part(String name, long offset, long length) throws Exception {
        try (var in = storage.read(at(name), offset, length)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    @DisplayName("a part that the file does not have is NOT_FOUND, never a shorter one")
    void partsBeyondTheEnd() throws Exception {
        storage.put(at("short"), bytes("01234"));
        assertThat(faultOf(() -> readAll("short", 2, 4))).isEqualTo(Fault.NOT_FOUND);
        assertThat(faultOf(() -> readAll("short", 5, 1))).isEqualTo(Fault.NOT_FOUND);
        assertThat(faultOf(() -> readAll("short", 99, 1))).isEqualTo(Fault.NOT_FOUND);
        assertThatThrownBy(() -> storage.read(at("short"), 0, 0))
                .isInstanceOf(IllegalArgumentException.class);
    }

    /** The end may be met only while reading: then the stream's exception has it as cause. */
    private void readAll(String name, long offset, long length) throws StorageException {
        try (var in = storage.read(at(name), offset, length)) {
            in.readAllBytes();
        } catch (IOException e) {
            assertThat(e).hasCauseInstanceOf(StorageException.class);
            throw (StorageException) e.getCause();
        }
    }

    @Test
    @DisplayName("an upload is seen by nobody before its commit, and whole after it")
    void uploads() throws Exception {
        try (var upload = storage.write(at("u/file"))) {
            upload.write(ByteBuffer.wrap(bytes("first ")));
            upload.write(ByteBuffer.wrap(bytes("second")));
            assertThat(upload.position()).isEqualTo(12);
            assertThat(storage.stat(at("u/file"))).isEmpty();
            assertThat(below(at("u"))).isEmpty();
            upload.commit();
        }
        assertThat(read("u/file")).isEqualTo(bytes("first second"));
        assertThat(names(at("u"))).containsExactly("file");
    }

    @Test
    @DisplayName("an upload of many parts comes back byte by byte; its buffer may be used again")
    void uploadsManyParts() throws Exception {
        var content = new byte[severalPartsBytes()];
        new Random(42).nextBytes(content);
        try (var upload = storage.write(at("big"))) {
            var buffer = ByteBuffer.allocate(77_777);
            for (int at = 0; at < content.length; at += buffer.capacity()) {
                buffer.clear().put(content, at, Math.min(buffer.capacity(), content.length - at));
                upload.write(buffer.flip());
                assertThat(buffer.hasRemaining()).isFalse();
            }
            upload.commit();
        }
        assertThat(storage.stat(at("big")).orElseThrow().size()).isEqualTo(content.length);
        assertThat(Arrays.mismatch(read("big"), content)).as("first wrong byte").isEqualTo(-1);
        if (!knowsRanges()) return;
        int near = content.length - 5;
        try (var in = storage.read(at("big"), near, 5)) {
            assertThat(in.readAllBytes()).isEqualTo(Arrays.copyOfRange(content, near, near + 5));
        }
    }

    @Test
    @DisplayName("an upload closed without commit leaves nothing, and the old file as it was")
    void abandons() throws Exception {
        storage.put(at("keep"), bytes("old"));
        for (int size : List.of(0, 10, severalPartsBytes())) {
            for (String name : List.of("keep", "fresh")) {
                if (size > 10 && name.equals("keep") && !abandonsKeepWhatWas()) continue;
                try (var upload = storage.write(at(name))) {
                    upload.write(ByteBuffer.wrap(new byte[size]));
                }
            }
        }
        assertThat(read("keep")).isEqualTo(bytes("old"));
        assertThat(below(base)).containsExactly(at("keep"));
        assertThat(storage.sweep(Instant.now().plus(Duration.ofDays(1)))).isZero();
    }

    @Test
    @DisplayName("a commit replaces what was there; a second commit is a defect of the caller")
    void replaces() throws Exception {
        storage.put(at("file"), bytes("old"));
        try (var upload = storage.write(at("file"))) {
            upload.write(ByteBuffer.wrap(bytes("new")));
            assertThat(read("file")).isEqualTo(bytes("old"));
            upload.commit();
            assertThatThrownBy(upload::commit).isInstanceOf(IllegalStateException.class);
        }
        assertThat(read("file")).isEqualTo(bytes("new"));
    }

    @Test
    @DisplayName("putIfAbsent writes once; who comes later is told so and changes nothing")
    void putsOnce() throws Exception {
        assertThat(storage.putIfAbsent(at("lock"), bytes("mine"))).isTrue();
        assertThat(storage.putIfAbsent(at("lock"), bytes("yours"))).isFalse();
        assertThat(storage.putIfAbsent(at("lock"), bytes("mine"))).isFalse();
        assertThat(read("lock")).isEqualTo(bytes("mine"));
        storage.delete(List.of(at("lock")));
        assertThat(storage.putIfAbsent(at("lock"), bytes("yours"))).isTrue();
        assertThat(below(base)).containsExactly(at("lock"));
    }

    @Test
    @DisplayName("of many putIfAbsent at once, one is told true, where the storage says so")
    void oneWins() throws Exception {
        boolean decides = storage.decidesAbsence();
        if (mustDecideAbsence()) assertThat(decides).isTrue();
        var winners = new AtomicInteger();
        inParallel(
                16,
                i -> {
                    if (storage.putIfAbsent(at("race"), bytes("" + i))) winners.incrementAndGet();
                });
        assertThat(winners.get()).isPositive();
        if (decides && !racesAreLost()) assertThat(winners.get()).isEqualTo(1);
        assertThat(below("matriarch")).as("what the question left").isEmpty();
    }

    @Test
    @DisplayName("deleting what is not there is no error")
    void deletesNothing() throws Exception {
        storage.put(at("there"), bytes("x"));
        storage.delete(List.of(at("there"), at("gone"), at("no/such/folder")));
        storage.delete(List.of());
        storage.deleteTree(at("no-such-tree"));
        assertThat(below(base)).isEmpty();
    }

    @Test
    @DisplayName("a tree goes with all below it, and nothing beside it")
    void deletesTrees() throws Exception {
        for (String name : List.of("t/a", "t/b/c", "t/b/d/e", "t2/a", "t.copy"))
            storage.put(at(name), bytes(name));
        storage.deleteTree(at("t"));
        assertThat(below(base)).containsExactlyInAnyOrder(at("t2/a"), at("t.copy"));
        assertThat(names(base)).containsExactly("t.copy", "t2");
    }

    @Test
    @DisplayName("a path that would leave the repository is refused")
    void refusesStrangePaths() {
        for (String path : List.of("..", "../x", "a/../../x", "a//b", "/etc/passwd", "a/", "./a")) {
            assertThat(faultOf(() -> storage.stat(path))).isEqualTo(Fault.BROKEN);
            assertThat(faultOf(() -> storage.list(path))).isEqualTo(Fault.BROKEN);
            assertThat(faultOf(() -> storage.read(path).close())).isEqualTo(Fault.BROKEN);
            assertThat(faultOf(() -> storage.write(path).close())).isEqualTo(Fault.BROKEN);
            assertThat(faultOf(() -> storage.put(path, bytes("x")))).isEqualTo(Fault.BROKEN);
            assertThat(faultOf(() -> storage.delete(List.of(path)))).isEqualTo(Fault.BROKEN);
            assertThat(faultOf(() -> storage.deleteTree(path))).isEqualTo(Fault.BROKEN);
        }
        assertThat(faultOf(() -> storage.put("", bytes("x")))).isEqualTo(Fault.BROKEN);
    }

    @Test
    @DisplayName("files are written, read and removed from many threads at once")
    void manyThreads() throws Exception {
        inParallel(
                40,
                i -> {
                    var content = bytes("content " + i);
                    try (var upload = storage.write(at("p/" + i % 7 + "/" + i))) {
                        upload.write(ByteBuffer.wrap(content));
                        upload.commit();
                    }
                    assertThat(read("p/" + i % 7 + "/" + i)).isEqualTo(content);
                    if (i % 2 == 0) storage.delete(List.of(at("p/" + i % 7 + "/" + i)));
                });
        assertThat(below(at("p"))).hasSize(20);
    }

    private interface Work {
        void on(int number) throws Exception;
    }

    private static void inParallel(int count, Work work) throws Exception {
        try (var threads = Executors.newFixedThreadPool(8)) {
            var calls = new ArrayList<Callable<Void>>();
            for (int i = 0; i < count; i++) {
                int number = i;
                calls.add(() -> {
                    work.on(number);
                    return null;
                });
            }
            for (var done : threads.invokeAll(calls)) done.get();
        }
    }
}
