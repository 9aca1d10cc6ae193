package io.matriarch.management.jmx;

import java.lang.invoke.MethodHandleProxies;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.rmi.server.RMIServerSocketFactory;

/** Server sockets on one address only. */
public final class LoopbackSockets {
    private static final int BACKLOG = 50;

    private LoopbackSockets() {}

    /**
     * A factory without a class of ours: RMI keeps every factory it ever saw in a static table
     * ({@code TCPEndpoint.localEndpoints}), and through it the class loader of each version of this
     * bundle. So it is {@code new ServerSocket(port, BACKLOG, address)} as a method handle.
     *
     * <p>Use one per address and JVM, also across versions of this bundle: RMI tells transports
     * apart by it, and a client's idle connection to the transport of another one finds no object
     * there.
     */
    public static RMIServerSocketFactory on(InetAddress address) {
        try {
            var open =
                    MethodHandles.publicLookup()
                            .findConstructor(
                                    ServerSocket.class,
                                    MethodType.methodType(
                                            void.class, int.class, int.class, InetAddress.class));
            return MethodHandleProxies.asInterfaceInstance(
                    RMIServerSocketFactory.class,
                    MethodHandles.insertArguments(open, 1, BACKLOG, address));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("this JDK has no such ServerSocket", e);
        }
    }
}
