package io.matriarch.management.browser;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One connection to a browser: commands with their answers, and events.
 *
 * @see <a href="https://chromedevtools.github.io/devtools-protocol/">DevTools Protocol</a>
 */
final class DevTools implements WebSocket.Listener, AutoCloseable {
    private static final long PATIENCE_SECONDS = 60;

    /** Something the browser told of its own accord. */
    record Event(String method, Map<?, ?> params) {}

    private final HttpClient http = HttpClient.newHttpClient();
    private final AtomicInteger ids = new AtomicInteger();
    private final Map<Integer, CompletableFuture<Map<?, ?>>> waiting = new ConcurrentHashMap<>();
    private final List<Consumer<Event>> hearers = new CopyOnWriteArrayList<>();
    private final StringBuilder part = new StringBuilder();
    private final WebSocket socket;

    DevTools(URI address) {
        socket = http.newWebSocketBuilder().buildAsync(address, this).join();
    }

    void hear(Consumer<Event> hearer) {
        hearers.add(hearer);
    }

    /**
     * @param session of a page; null: the browser itself
     */
    Map<?, ?> ask(@Nullable String session, String method, Map<String, ?> params) {
        int id = ids.incrementAndGet();
        var message = new LinkedHashMap<String, Object>();
        message.put("id", id);
        message.put("method", method);
        message.put("params", params);
        if (session != null) message.put("sessionId", session);
        var answer = new CompletableFuture<Map<?, ?>>();
        waiting.put(id, answer);
        try {
            String text = JSON.std.asString(message);
            synchronized (this) {
                socket.sendText(text, true).join();
            }
            return answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } catch (ExecutionException | TimeoutException e) {
            throw new AssertionError(method + " was not answered: " + e, e);
        } finally {
            waiting.remove(id);
        }
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
        part.append(data);
        if (last) {
            String text = part.toString();
            part.setLength(0);
            try {
                heard(JSON.std.mapFrom(text));
            } catch (IOException e) {
                throw new UncheckedIOException("not JSON: " + text, e);
            }
        }
        from.request(1);
        return null;
    }

    private void heard(Map<String, Object> message) {
        if (!(message.get("id") instanceof Integer id)) {
            var params = message.get("params") instanceof Map<?, ?> map ? map : Map.of();
            var event = new Event(String.valueOf(message.get("method")), params);
            hearers.forEach(hearer -> hearer.accept(event));
            return;
        }
        var answer = waiting.get(id);
        if (answer == null) return; // asked too long ago: whoever asked has given up
        if (message.get("error") != null)
            answer.completeExceptionally(new IOException(message.get("error").toString()));
        else answer.complete(message.get("result") instanceof Map<?, ?> map ? map : Map.of());
    }

    @Override
    public void close() {
        socket.abort();
        http.shutdownNow();
    }
}
