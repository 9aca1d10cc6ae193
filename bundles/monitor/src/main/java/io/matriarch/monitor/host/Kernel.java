package io.matriarch.monitor.host;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;

/**
 * Two questions to the kernel that the JDK has no other way to ask, as the C library of 64-bit
 * Linux lays them out.
 *
 * @see <a href="https://man7.org/linux/man-pages/man3/statvfs.3.html">statvfs(3)</a>
 * @see <a href="https://man7.org/linux/man-pages/man2/adjtimex.2.html">adjtimex(2)</a>
 */
final class Kernel {
    private static final int TIMEX_BYTES = 208;
    private static final int TIMEX_MAXERROR = 24;
    private static final int TIMEX_STATUS = 40;
    private static final int STA_UNSYNC = 0x40;
    private static final int STATVFS_BYTES = 112;
    private static final int STATVFS_FILES = 40;
    private static final int STATVFS_FAVAIL = 56;

    private static final MethodHandle ADJTIMEX =
            handle("adjtimex", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS));
    private static final MethodHandle STATVFS =
            handle(
                    "statvfs",
                    FunctionDescriptor.of(
                            ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS));

    private Kernel() {}

    private static MethodHandle handle(String function, FunctionDescriptor type) {
        var linker = Linker.nativeLinker();
        return linker.downcallHandle(linker.defaultLookup().findOrThrow(function), type);
    }

    /**
     * The kernel's clock.
     *
     * @param synchronised whether a time daemon keeps it
     * @param maximumErrorSeconds how wrong it may be; grows while nobody keeps it
     */
    record Clock(boolean synchronised, double maximumErrorSeconds) {}

    /**
     * @throws IOException the kernel refused to tell, as some sandboxes make it
     */
    static Clock clock() throws IOException {
        try (var arena = Arena.ofConfined()) {
            var timex = arena.allocate(TIMEX_BYTES, 8); // zeroes: only look
            int state = (int) ADJTIMEX.invokeExact(timex);
            if (state < 0) throw new IOException("adjtimex is refused");
            int status = timex.get(ValueLayout.JAVA_INT, TIMEX_STATUS);
            long micros = timex.get(ValueLayout.JAVA_LONG, TIMEX_MAXERROR);
            return new Clock((status & STA_UNSYNC) == 0, micros / 1e6);
        } catch (RuntimeException | Error | IOException e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("adjtimex(2) cannot be called", e);
        }
    }

    /**
     * The share of inodes a program of ours could still use; NaN if the file system has no such
     * limit, as btrfs.
     */
    static double inodesFree(Path path) throws IOException {
        try (var arena = Arena.ofConfined()) {
            MemorySegment name = arena.allocateFrom(path.toString());
            var answer = arena.allocate(STATVFS_BYTES, 8);
            if ((int) STATVFS.invokeExact(name, answer) != 0)
                throw new IOException("statvfs is refused for " + path);
            long all = answer.get(ValueLayout.JAVA_LONG, STATVFS_FILES);
            long free = answer.get(ValueLayout.JAVA_LONG, STATVFS_FAVAIL);
            return all > 0 ? (double) free / all : Double.NaN;
        } catch (RuntimeException | Error | IOException e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("statvfs(3) cannot be called", e);
        }
    }
}
