package io.matriarch.dcs.etcd;

import io.grpc.ChannelCredentials;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.TlsChannelCredentials;
import io.grpc.netty.NettyChannelBuilder;
import io.matriarch.api.Code;
import io.matriarch.dcs.api.DcsException;
import io.matriarch.dcs.api.DcsException.Fate;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Proxy;
import java.net.URI;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * Makes connections. One I/O thread for all endpoints: what we exchange is small, and every further
 * event loop costs buffers of its own.
 */
final class Transport implements AutoCloseable {
    // Below 10 s gRPC does not go; etcd takes offence below 5 s. Only sent while a watch is open.
    private static final long PING_SECONDS = 10;
    private static final long PONG_SECONDS = 3;
    private static final long IDLE_MINUTES = 5;
    // So long the I/O thread still takes what the last callbacks of a closing client have to say.
    private static final long QUIET_MILLIS = 100;

    private final EtcdSettings settings;
    private final EventLoopGroup loop =
            new MultiThreadIoEventLoopGroup(
                    1,
                    Thread.ofPlatform().daemon().name("matriarch-etcd").factory(),
                    NioIoHandler.newFactory());
    private final ThreadFactory threads =
            Thread.ofVirtual().name("matriarch-etcd-watch-", 0).factory();
    private final Executor callbacks = task -> threads.newThread(task).start();

    Transport(EtcdSettings settings) {
        this.settings = settings;
    }

    /** Runs watch callbacks and other work that may wait. */
    Executor callbacks() {
        return callbacks;
    }

    /**
     * A channel that connects at its first call. Certificates are read anew each time, so renewed
     * ones are taken up with the next connection.
     */
    ManagedChannel open(EndpointAddress address) throws DcsException {
        return NettyChannelBuilder.forTarget(address.target(), credentials(address))
                .eventLoopGroup(loop)
                .channelType(NioSocketChannel.class)
                .withOption(
                        ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) settings.silence().toMillis())
                .executor(callbacks)
                .offloadExecutor(callbacks)
                .proxyDetector(_ -> null) // a web proxy in the environment is not meant for etcd
                .disableRetry()
                .disableServiceConfigLookUp()
                .keepAliveTime(PING_SECONDS, TimeUnit.SECONDS)
                .keepAliveTimeout(PONG_SECONDS, TimeUnit.SECONDS)
                .idleTimeout(IDLE_MINUTES, TimeUnit.MINUTES)
                // a fixed window: else gRPC pings after each answer to measure the line
                .flowControlWindow(NettyChannelBuilder.DEFAULT_FLOW_CONTROL_WINDOW)
                .maxInboundMessageSize(64 << 20) // etcd limits requests, not answers
                .build();
    }

    /** A page of the server beside its API; not through a web proxy either. */
    URLConnection open(EndpointAddress address, String path, Duration deadline)
            throws IOException, DcsException {
        var page = URI.create(address.root() + path).toURL().openConnection(Proxy.NO_PROXY);
        int millis = (int) Math.clamp(deadline.toMillis(), 1, Integer.MAX_VALUE);
        page.setConnectTimeout(millis);
        page.setReadTimeout(millis);
        if (page instanceof HttpsURLConnection tls) {
            try {
                var context = SSLContext.getInstance("TLS");
                context.init(identity(), trusted(), null);
                tls.setSSLSocketFactory(context.getSocketFactory());
            } catch (GeneralSecurityException e) {
                throw new IOException("no TLS: " + e.getMessage(), e);
            }
        }
        return page;
    }

    private ChannelCredentials credentials(EndpointAddress address) throws DcsException {
        if (!address.tls()) {
            return InsecureChannelCredentials.create();
        }
        var tls = TlsChannelCredentials.newBuilder();
        TrustManager[] trusted = trusted();
        if (trusted != null) tls.trustManager(trusted);
        KeyManager[] identity = identity();
        if (identity != null) tls.keyManager(identity);
        return tls.build();
    }

    /** Null for those Java trusts by itself. */
    private TrustManager @Nullable [] trusted() throws DcsException {
        Path cacert = settings.cacert();
        return cacert == null ? null : read("cacert", cacert, Transport::trust).getTrustManagers();
    }

    /** Null without a certificate of ours. */
    private KeyManager @Nullable [] identity() throws DcsException {
        Path cert = settings.cert();
        Path key = settings.key();
        if (cert == null || key == null) return null;
        Collection<? extends Certificate> chain = read("cert", cert, Transport::certificates);
        return read("key", key, pem -> identity(pem, chain)).getKeyManagers();
    }

    private interface Reader<T> {
        T read(byte[] pem) throws GeneralSecurityException, IOException;
    }

    private static <T> T read(String setting, Path file, Reader<T> reader) throws DcsException {
        try {
            return reader.read(Files.readAllBytes(file));
        } catch (IOException | GeneralSecurityException e) {
            String why = e instanceof IOException ? "cannot be read (" + e + ")" : e.getMessage();
            throw new DcsException(
                    Code.CONFIG,
                    Fate.NOT_DONE,
                    "etcd3.%s %s: %s".formatted(setting, file, why),
                    "it must be a PEM file that the agent's user may read",
                    e);
        }
    }

    private static Collection<? extends Certificate> certificates(byte[] pem)
            throws GeneralSecurityException {
        var found =
                CertificateFactory.getInstance("X.509")
                        .generateCertificates(new ByteArrayInputStream(pem));
        if (found.isEmpty()) {
            throw new GeneralSecurityException("no certificate in it");
        }
        return found;
    }

    private static TrustManagerFactory trust(byte[] pem)
            throws GeneralSecurityException, IOException {
        KeyStore store = emptyStore();
        int number = 0;
        for (Certificate authority : certificates(pem)) {
            store.setCertificateEntry("ca" + number++, authority);
        }
        var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory;
    }

    private static KeyManagerFactory identity(byte[] pem, Collection<? extends Certificate> chain)
            throws GeneralSecurityException, IOException {
        KeyStore store = emptyStore();
        var key = PemKey.parse(new String(pem, StandardCharsets.US_ASCII));
        char[] none = {};
        store.setKeyEntry("us", key, none, chain.toArray(Certificate[]::new));
        var factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, none);
        return factory;
    }

    private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }

    /** Does not wait: the I/O thread ends by itself once its connections are gone. */
    @Override
    public void close() {
        loop.shutdownGracefully(QUIET_MILLIS, 10 * QUIET_MILLIS, TimeUnit.MILLISECONDS);
    }
}
