package io.matriarch.management.jmx;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ref.WeakReference;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.rmi.server.RMIServerSocketFactory;
import java.security.cert.X509Certificate;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * TLS for RMI on one address, which knows who is at the other end of the connection that a thread
 * serves: RMI itself tells an address only. RMI serves a connection in one thread from its first
 * byte to its last, so the last one of ours a thread has read from is the one it serves.
 */
public final class TlsSockets implements RMIServerSocketFactory, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TlsSockets.class);
    private static final int BACKLOG = 50;

    /**
     * What this thread read from last. Weak, because RMI's threads outlive this bundle, and a
     * socket leads to a class of ours.
     */
    private static final ThreadLocal<@Nullable WeakReference<SSLSocket>> SERVED =
            new ThreadLocal<>();

    private final InetAddress address;
    private final TlsMaterial material;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    public TlsSockets(InetAddress address, TlsMaterial material) {
        this.address = address;
        this.material = material;
    }

    /**
     * Whose certificate was verified on the connection this thread serves.
     *
     * @return empty if there is no such connection, or its client showed no certificate
     */
    static Optional<X509Certificate> peer() {
        var reference = SERVED.get();
        var socket = reference == null ? null : reference.get();
        if (socket == null || socket.isClosed()) return Optional.empty();
        try {
            return socket.getSession().getPeerCertificates()[0] instanceof X509Certificate first
                    ? Optional.of(first)
                    : Optional.empty();
        } catch (SSLPeerUnverifiedException e) {
            LOG.trace("no client certificate", e);
            return Optional.empty();
        }
    }

    @Override
    public ServerSocket createServerSocket(int port) throws IOException {
        return new Listening(port);
    }

    /** Ends the connections there are: the threads that read from them would keep our classes. */
    @Override
    public void close() {
        for (var socket : open) {
            try {
                socket.close();
            } catch (IOException e) {
                LOG.debug("a JMX connection did not close well", e);
            }
        }
    }

    private final class Listening extends ServerSocket {
        Listening(int port) throws IOException {
            super(port, BACKLOG, address);
        }

        @Override
        public Socket accept() throws IOException {
            var plain = new Accepted();
            implAccept(plain);
            try {
                var tls =
                        (SSLSocket)
                                material.context()
                                        .getSocketFactory()
                                        .createSocket(
                                                plain,
                                                plain.getInetAddress().getHostAddress(),
                                                plain.getPort(),
                                                true);
                tls.setUseClientMode(false);
                switch (material.clients()) {
                    case NONE -> {}
                    case OPTIONAL -> tls.setWantClientAuth(true);
                    case REQUIRED -> tls.setNeedClientAuth(true);
                }
                plain.carries = new WeakReference<>(tls);
                return tls; // the handshake comes with the first read, in the thread that serves it
            } catch (IOException | RuntimeException e) {
                plain.close();
                throw e;
            }
        }
    }

    /** Under the TLS one; notes which thread reads. */
    private final class Accepted extends Socket {
        private volatile @Nullable WeakReference<SSLSocket> carries;

        @Override
        public InputStream getInputStream() throws IOException {
            open.add(this);
            return new FilterInputStream(super.getInputStream()) {
                @Override
                public int read() throws IOException {
                    SERVED.set(carries);
                    return super.read();
                }

                @Override
                public int read(byte[] into, int offset, int length) throws IOException {
                    SERVED.set(carries);
                    return super.read(into, offset, length);
                }
            };
        }

        @Override
        public void close() throws IOException {
            open.remove(this);
            super.close();
        }
    }
}
