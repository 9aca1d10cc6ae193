package io.matriarch.failover.guard;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * One connection: a question at a time, and a thread that tells what the guard says unasked. Once a
 * question found no answer in time the connection is of no use any more, because a late answer
 * would be taken for that of the next question.
 */
final class GuardConnection implements AutoCloseable {
    /** Hears what happens on a connection, on its reader thread. */
    interface Events {
        /**
         * @param name {@code GONE} or {@code FENCED}
         */
        void event(String name, long pid);

        /** The last that is heard of this connection. */
        void ended(GuardConnection connection, String why);
    }

    private static final Pattern EVENT = Pattern.compile("(GONE|FENCED) (\\d{1,10})");
    private static final String END = "";

    private final SocketChannel channel;
    private final Events events;
    private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();
    private final Thread reader;
    private volatile boolean inUse;
    private volatile String closedBecause = "";

    private GuardConnection(SocketChannel channel, Events events) {
        this.channel = channel;
        this.events = events;
        reader = Thread.ofPlatform().daemon().name("guard-reader").unstarted(this::read);
    }

    /**
     * @throws IOException nobody listens, or whoever does accepts nobody
     */
    static GuardConnection open(Path socket, Events events) throws IOException {
        var channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            // A stopped guard accepts nobody; once its queue is full, a blocking connect would last
            // as long as it is stopped.
            channel.configureBlocking(false);
            if (!channel.connect(UnixDomainSocketAddress.of(socket)))
                throw new IOException("it accepts no connection");
            channel.configureBlocking(true);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
        var connection = new GuardConnection(channel, events);
        connection.reader.start();
        return connection;
    }

    private void read() {
        String why = "it closed the connection";
        try (var lines =
                new BufferedReader(Channels.newReader(channel, StandardCharsets.US_ASCII))) {
            for (String line; (line = lines.readLine()) != null; ) hear(line);
        } catch (IOException e) {
            why = e.toString();
        }
        answers.add(END);
        events.ended(this, closedBecause.isEmpty() ? why : closedBecause);
    }

    private void hear(String line) {
        var event = EVENT.matcher(line);
        if (event.matches()) events.event(event.group(1), Long.parseLong(event.group(2)));
        else answers.add(line);
    }

    boolean isOpen() {
        return channel.isOpen();
    }

    /** From now on its end is a loss. */
    void takeIntoUse() {
        inUse = true;
    }

    boolean wasInUse() {
        return inUse;
    }

    /**
     * @param patienceNanos how long to wait for the answer
     * @throws GuardException no answer; the connection is closed then
     */
    String ask(String line, long patienceNanos) throws GuardException {
        if (Thread.currentThread() == reader)
            throw new IllegalStateException(
                    "a listener cannot wait for what its thread shall read");
        String why;
        try {
            write(line + "\n");
            String answer = answers.poll(patienceNanos, TimeUnit.NANOSECONDS);
            if (answer != null && !answer.equals(END)) return answer;
            why =
                    answer == null
                            ? "no answer within " + patienceNanos / 1_000_000 + " ms"
                            : "it closed the connection";
        } catch (IOException e) {
            why = e.toString();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            why = "interrupted while waiting for the answer";
        }
        close(why);
        throw new GuardException(
                "the guard did not acknowledge " + line + ": " + why,
                "look at the guard's log, and whether its process is stopped");
    }

    private void write(String text) throws IOException {
        var rest = ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
        while (rest.hasRemaining()) channel.write(rest);
    }

    private void close(String why) {
        closedBecause = why;
        close();
    }

    /** The guard keeps its deadline. */
    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            // Closing a local socket has nothing to flush: there is nothing that could be lost.
            if (closedBecause.isEmpty()) closedBecause = e.toString();
        }
    }
}
