package io.matriarch.postgres.control;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/** kill(2), so that stopping a server needs no new process when memory is short. */
enum Signals {
    HUP(1),
    INT(2),
    QUIT(3),
    KILL(9),
    USR1(10),
    STOP(19);

    private static final MethodHandle KILL_CALL =
            Linker.nativeLinker()
                    .downcallHandle(
                            Linker.nativeLinker().defaultLookup().findOrThrow("kill"),
                            FunctionDescriptor.of(
                                    ValueLayout.JAVA_INT,
                                    ValueLayout.JAVA_INT,
                                    ValueLayout.JAVA_INT));

    private final int number;

    Signals(int number) {
        this.number = number;
    }

    /** False if there is no such process, or it is not ours to signal. */
    boolean send(long pid) {
        if (pid <= 1) throw new IllegalArgumentException("refusing to signal process " + pid);
        try {
            return (int) KILL_CALL.invokeExact(Math.toIntExact(pid), number) == 0;
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("kill(2) cannot be called", e);
        }
    }
}
