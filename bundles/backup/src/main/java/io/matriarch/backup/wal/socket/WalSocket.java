package io.matriarch.backup.wal.socket;

import io.matriarch.api.Code;
import io.matriarch.api.MatriarchException;
import io.matriarch.backup.wal.core.Answer;
import io.matriarch.backup.wal.core.Question;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens where PostgreSQL's commands ask. One question per connection, one virtual thread per
 * connection.
 */
public final class WalSocket implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(WalSocket.class);

    /** A server asks one at a time, a restore drill beside it another; more is a mistake. */
    private static final int MAX_CONNECTIONS = 64;

    private final Path path;
    private final Peers peers;
    private final ServerSocketChannel listener;
    private final Function<Question, CompletableFuture<Answer>> handler;
    private final Set<Conversation> conversations = ConcurrentHashMap.newKeySet();
    private final Thread acceptor;

    private WalSocket(
            Path path,
            Peers peers,
            ServerSocketChannel listener,
            Function<Question, CompletableFuture<Answer>> handler) {
        this.path = path;
        this.peers = peers;
        this.listener = listener;
        this.handler = handler;
        acceptor = Thread.ofPlatform().daemon().name("wal-socket").unstarted(this::accept);
    }

    /**
     * Takes the place of a socket a former agent left there.
     *
     * @param path at most 107 bytes; its folder is made if need be, for us alone
     * @param handler must not block; its future may take as long as it likes
     */
    public static WalSocket open(Path path, Function<Question, CompletableFuture<Answer>> handler)
            throws MatriarchException {
        try {
            makeFolder(path.resolveSibling(".").normalize());
            Files.deleteIfExists(path);
            var listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
            listener.bind(UnixDomainSocketAddress.of(path), MAX_CONNECTIONS);
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
            var socket = new WalSocket(path, new Peers(path), listener, handler);
            socket.acceptor.start();
            return socket;
        } catch (IOException e) {
            throw new MatriarchException(
                    Code.ARCHIVE,
                    "cannot listen on " + path + " for PostgreSQL's archive_command: " + e,
                    "is matriarch.state_dir ours, writable, and short enough for a socket's path of"
                            + " 107 bytes?",
                    e);
        }
    }

    private static void makeFolder(Path folder) throws IOException {
        if (Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) return;
        Files.createDirectories(
                folder,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }

    private void accept() {
        while (listener.isOpen()) {
            try {
                greet(listener.accept());
            } catch (IOException e) {
                if (!listener.isOpen()) return;
                log.warn("a connection on {} could not be taken: {}", path, e.toString());
                pause();
            }
        }
    }

    /** Out of descriptors, say: the next try would fail as fast. */
    private static void pause() {
        try {
            Thread.sleep(100);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void greet(SocketChannel channel) throws IOException {
        var conversation = new Conversation(channel, handler, conversations::remove);
        var stranger = peers.stranger(channel);
        if (stranger.isPresent()) {
            log.warn("user {} asked on {} and was refused", stranger.get(), path);
            conversation.refuse("user " + stranger.get() + " may not ask here");
        } else if (conversations.size() >= MAX_CONNECTIONS) {
            conversation.refuse("there are " + MAX_CONNECTIONS + " questions already");
        } else {
            conversations.add(conversation);
            Thread.ofVirtual().name("wal-question").start(conversation);
        }
    }

    /** Whoever waits for an answer hears the end of the connection instead. */
    @Override
    public void close() {
        try {
            listener.close();
            Files.deleteIfExists(path);
        } catch (IOException e) {
            log.warn("{} is left: {}", path, e.toString());
        }
        conversations.forEach(Conversation::close);
    }
}
