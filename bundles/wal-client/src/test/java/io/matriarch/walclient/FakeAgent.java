package io.matriarch.walclient;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Listens as the agent does, and answers what the test says: the n-th question with the n-th
 * answer, later ones with the last.
 */
final class FakeAgent implements AutoCloseable {
    /** Closes without an answer. */
    static final String HANG_UP = "(hang up)";

    /** Leaves the connection open and says nothing more. */
    static final String SILENCE = "(silence)";

    private final ServerSocketChannel listener;
    private final List<String> answers;
    private final List<Map<String, String>> questions = new CopyOnWriteArrayList<>();
    private final List<SocketChannel> open = new CopyOnWriteArrayList<>();

    FakeAgent(Path socket, String... answers) throws IOException {
        this.answers = List.of(answers);
        listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        listener.bind(UnixDomainSocketAddress.of(socket));
        Thread.ofVirtual().start(this::serve);
    }

    /** By key, in the order they came. */
    List<Map<String, String>> questions() {
        return new ArrayList<>(questions);
    }

    private void serve() {
        try {
            for (; ; ) converse(listener.accept());
        } catch (IOException _) {
            // closed: the test is over
        }
    }

    private void converse(SocketChannel channel) throws IOException {
        open.add(channel);
        var lines = new BufferedReader(Channels.newReader(channel, StandardCharsets.UTF_8));
        var question = new LinkedHashMap<String, String>();
        for (String line; (line = lines.readLine()) != null && !line.isEmpty(); ) {
            var words = line.split(" ", 2);
            question.put(words[0], words[1]);
        }
        String answer = answers.get(Math.min(questions.size(), answers.size() - 1));
        questions.add(question);
        if (answer.equals(SILENCE)) return;
        if (!answer.equals(HANG_UP)) send(channel, answer);
        channel.close();
    }

    private static void send(SocketChannel channel, String text) throws IOException {
        var rest = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        while (rest.hasRemaining()) channel.write(rest);
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (var channel : open) channel.close();
    }
}
