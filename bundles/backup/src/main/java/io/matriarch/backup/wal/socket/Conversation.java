package io.matriarch.backup.wal.socket;

import io.matriarch.backup.wal.core.Answer;
import io.matriarch.backup.wal.core.Question;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One question, signs of life, one answer. */
final class Conversation implements Runnable {
    private static final Logger log = LoggerFactory.getLogger(Conversation.class);

    /** The program asks at once; one that does not is none of ours. */
    private static final int SECONDS_TO_ASK = 10;

    private final SocketChannel channel;
    private final Function<Question, CompletableFuture<Answer>> handler;
    private final Consumer<Conversation> ended;

    Conversation(
            SocketChannel channel,
            Function<Question, CompletableFuture<Answer>> handler,
            Consumer<Conversation> ended) {
        this.channel = channel;
        this.handler = handler;
        this.ended = ended;
    }

    void refuse(String why) {
        try (channel) {
            channel.configureBlocking(false); // a stranger must not hold us up
            channel.write(bytes(new Answer.Failed(why, "").line()));
        } catch (IOException e) {
            log.debug("the refused did not wait for the reason: {}", e.toString());
        }
    }

    @Override
    public void run() {
        try (channel) {
            send(answer().line());
        } catch (IOException e) {
            // PostgreSQL ended its command, or we are closing: what was asked for goes on.
            log.debug("nobody waits for the answer any more: {}", e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            ended.accept(this);
        }
    }

    private Answer answer() throws IOException, InterruptedException {
        Question question;
        try {
            question = Question.parse(read());
        } catch (IllegalArgumentException e) {
            return new Answer.Failed(
                    "the question was not understood: " + e.getMessage(),
                    "are the agent and matriarch-pgbackrest-wal of the same version?");
        }
        return await(handler.apply(question));
    }

    private Answer await(CompletableFuture<Answer> future)
            throws IOException, InterruptedException {
        while (true) {
            try {
                return future.get(1, TimeUnit.SECONDS);
            } catch (TimeoutException _) {
                send(Answer.WAIT);
            } catch (ExecutionException e) {
                log.error("a question failed", e.getCause());
                return new Answer.Failed(
                        "the agent failed: " + e.getCause(), "see the agent's log; it is a defect");
            }
        }
    }

    private List<String> read() throws IOException {
        var all = ByteBuffer.allocate(Question.MAX_LENGTH);
        var timer =
                CompletableFuture.runAsync(
                        this::close,
                        CompletableFuture.delayedExecutor(SECONDS_TO_ASK, TimeUnit.SECONDS));
        try {
            while (true) {
                if (channel.read(all) < 0) throw new IOException("no question came");
                String text = StandardCharsets.UTF_8.decode(all.duplicate().flip()).toString();
                int end = text.indexOf("\n\n");
                if (end >= 0) return text.substring(0, end).lines().toList();
                if (!all.hasRemaining())
                    throw new IllegalArgumentException(
                            "longer than " + Question.MAX_LENGTH + " bytes");
            }
        } finally {
            timer.cancel(false);
        }
    }

    private void send(String text) throws IOException {
        var rest = bytes(text);
        while (rest.hasRemaining()) channel.write(rest);
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    void close() {
        try {
            channel.close();
        } catch (IOException e) {
            log.debug("closing a local socket: {}", e.toString());
        }
    }
}
