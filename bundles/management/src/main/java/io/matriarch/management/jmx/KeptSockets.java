package io.matriarch.management.jmx;

import java.lang.invoke.MethodHandleProxies;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.net.ServerSocket;
import java.rmi.server.RMIServerSocketFactory;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A socket factory that RMI may keep for ever, and that does what {@code target} says, which is
 * taken out again when this bundle ends. Neither holds a class of ours; see {@link
 * LoopbackSockets}.
 *
 * @param factory for RMI; one per address and JVM
 * @param target who makes the sockets now; without one, none can be made
 */
public record KeptSockets(
        RMIServerSocketFactory factory, AtomicReference<RMIServerSocketFactory> target) {

    /** Without a target yet. */
    public static KeptSockets fresh() {
        return through(new AtomicReference<>());
    }

    /** That whose target this is: {@code port -> target.get().createServerSocket(port)}. */
    private static KeptSockets through(AtomicReference<RMIServerSocketFactory> target) {
        try {
            var lookup = MethodHandles.publicLookup();
            var get =
                    lookup.findVirtual(
                                    AtomicReference.class,
                                    "get",
                                    MethodType.methodType(Object.class))
                            .bindTo(target)
                            .asType(MethodType.methodType(RMIServerSocketFactory.class));
            var create =
                    lookup.findVirtual(
                            RMIServerSocketFactory.class,
                            "createServerSocket",
                            MethodType.methodType(ServerSocket.class, int.class));
            return new KeptSockets(
                    MethodHandleProxies.asInterfaceInstance(
                            RMIServerSocketFactory.class,
                            MethodHandles.collectArguments(create, 0, get)),
                    target);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("this JDK has no such RMIServerSocketFactory", e);
        }
    }
}
