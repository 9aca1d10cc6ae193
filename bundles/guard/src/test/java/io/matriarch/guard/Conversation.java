package io.matriarch.guard;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** One connection to the guard; what it says unasked is kept apart from its answers. */
final class Conversation implements AutoCloseable {
    static final String END = "(end)";

    private final SocketChannel channel;
    private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> events = new LinkedBlockingQueue<>();

    Conversation(Path socket) throws IOException {
        channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
        Thread.ofVirtual().start(this::read);
    }

    private void read() {
        try (var lines =
                new BufferedReader(Channels.newReader(channel, StandardCharsets.US_ASCII))) {
            for (String line; (line = lines.readLine()) != null; )
                (line.startsWith("GONE ") || line.startsWith("FENCED ") ? events : answers)
                        .add(line);
        } catch (IOException e) {
            events.add(e.toString());
        }
        answers.add(END);
        events.add(END);
    }

    void send(String bytes) throws IOException {
        var rest = ByteBuffer.wrap(bytes.getBytes(StandardCharsets.ISO_8859_1));
        while (rest.hasRemaining()) channel.write(rest);
    }

    String ask(String line) throws Exception {
        send(line + "\n");
        return answer();
    }

    String answer() throws InterruptedException {
        return take(answers, "answer");
    }

    String event() throws InterruptedException {
        return take(events, "event");
    }

    boolean hasEvent() {
        return !events.isEmpty();
    }

    Hello hello() throws Exception {
        return Hello.parse(ask("HELLO"));
    }

    private static String take(BlockingQueue<String> queue, String what)
            throws InterruptedException {
        String line = queue.poll(Processes.LIMIT.toSeconds(), TimeUnit.SECONDS);
        if (line == null) throw new AssertionError("no " + what + " within " + Processes.LIMIT);
        return line;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    /** The fields of the answer to HELLO. */
    record Hello(long guardPid, long monotonicNanos, String state, long deadline, long pid) {
        static Hello parse(String line) {
            String[] words = line.split(" ");
            if (words.length != 7 || !words[0].equals("HELLO") || !words[1].equals("2"))
                throw new AssertionError("not a HELLO of version 2: " + line);
            return new Hello(
                    Long.parseLong(words[2]),
                    Long.parseLong(words[3]),
                    words[4],
                    Long.parseLong(words[5]),
                    Long.parseLong(words[6]));
        }
    }
}
