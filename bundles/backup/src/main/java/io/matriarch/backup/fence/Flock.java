package io.matriarch.backup.fence;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A lock by flock(2), which is what stock takes. {@code FileChannel.lock} takes one by fcntl(2),
 * and on Linux neither sees the other.
 */
final class Flock implements AutoCloseable {
    private static final int READ_WRITE = 2;
    private static final int CREATE = 0100;
    private static final int CLOSE_ON_EXEC = 02000000;
    private static final int MODE = 0640;
    private static final int EXCLUSIVE_NOT_WAITING = 2 | 4;
    private static final int WOULD_BLOCK = 11;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final StructLayout STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO =
            STATE.varHandle(java.lang.foreign.MemoryLayout.PathElement.groupElement("errno"));
    private static final Linker.Option KEEPS_ERRNO = Linker.Option.captureCallState("errno");
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
    private static final MethodHandle OPEN =
            function(
                    "open",
                    FunctionDescriptor.of(INT, ValueLayout.ADDRESS, INT, INT),
                    Linker.Option.firstVariadicArg(2));
    private static final MethodHandle FLOCK =
            function("flock", FunctionDescriptor.of(INT, INT, INT));
    private static final MethodHandle TRUNCATE =
            function("ftruncate", FunctionDescriptor.of(INT, INT, ValueLayout.JAVA_LONG));
    private static final MethodHandle WRITE =
            function(
                    "write",
                    FunctionDescriptor.of(
                            ValueLayout.JAVA_LONG,
                            INT,
                            ValueLayout.ADDRESS,
                            ValueLayout.JAVA_LONG));
    private static final MethodHandle CLOSE = function("close", FunctionDescriptor.of(INT, INT));

    private final Path file;
    private final int descriptor;

    private Flock(Path file, int descriptor) {
        this.file = file;
        this.descriptor = descriptor;
    }

    private static MethodHandle function(
            String name, FunctionDescriptor form, Linker.Option... options) {
        var all = new Linker.Option[options.length + 1];
        all[0] = KEEPS_ERRNO;
        System.arraycopy(options, 0, all, 1, options.length);
        return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), form, all);
    }

    /**
     * Locks a file, which is made if it is not there; does not wait.
     *
     * @param content what shall stand in the file while it is locked
     * @return empty if another open file holds the lock, of this process too
     * @throws IOException the file cannot be opened, locked or written
     */
    static Optional<Flock> take(Path file, String content) throws IOException {
        try (var arena = Arena.ofConfined()) {
            var state = arena.allocate(STATE);
            int flags = READ_WRITE | CREATE | CLOSE_ON_EXEC;
            int opened =
                    (int) OPEN.invokeExact(state, arena.allocateFrom(file.toString()), flags, MODE);
            if (opened < 0) throw failed("open", file, state);
            var lock = new Flock(file, opened);
            try {
                if ((int) FLOCK.invokeExact(state, opened, EXCLUSIVE_NOT_WAITING) != 0) {
                    if (errno(state) != WOULD_BLOCK) throw failed("lock", file, state);
                    lock.release();
                    return Optional.empty();
                }
                lock.write(arena, state, content);
                return Optional.of(lock);
            } catch (Throwable e) {
                lock.release();
                throw e;
            }
        } catch (Throwable e) {
            throw passed(e);
        }
    }

    private void write(Arena arena, MemorySegment state, String content) throws Throwable {
        truncate(state);
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        var memory = arena.allocateFrom(ValueLayout.JAVA_BYTE, bytes);
        long written = (long) WRITE.invokeExact(state, descriptor, memory, (long) bytes.length);
        if (written != bytes.length) throw failed("write", file, state);
    }

    private void truncate(MemorySegment state) throws Throwable {
        if ((int) TRUNCATE.invokeExact(state, descriptor, 0L) != 0)
            throw failed("truncate", file, state);
    }

    private static int errno(MemorySegment state) {
        return (int) ERRNO.get(state, 0L);
    }

    private static IOException failed(String what, Path file, MemorySegment state) {
        return new IOException("cannot %s %s: errno %d".formatted(what, file, errno(state)));
    }

    private static IOException passed(Throwable e) {
        return switch (e) {
            case IOException io -> io;
            case RuntimeException bug -> throw bug;
            case Error error -> throw error;
            default -> throw new IllegalStateException("libc cannot be called", e);
        };
    }

    private void release() {
        try (var arena = Arena.ofConfined()) {
            int _ = (int) CLOSE.invokeExact(arena.allocate(STATE), descriptor);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("close(2) cannot be called", e);
        }
    }

    /** Empties and unlocks the file, and leaves it: who removes one may remove another's lock. */
    @Override
    public void close() throws IOException {
        try (var arena = Arena.ofConfined()) {
            truncate(arena.allocate(STATE));
        } catch (Throwable e) {
            throw passed(e);
        } finally {
            release();
        }
    }
}
