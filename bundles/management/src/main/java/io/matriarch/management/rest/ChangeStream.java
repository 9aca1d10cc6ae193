package io.matriarch.management.rest;

import io.matriarch.management.core.Json;
import io.matriarch.management.core.Refused;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Tells whoever listens what has changed, as server-sent events. Each listener has the virtual
 * thread of its request; what they are told is looked up once for all of them.
 *
 * @see <a href="https://html.spec.whatwg.org/multipage/server-sent-events.html">Server-sent
 *     events</a>
 */
final class ChangeStream {
    /** How many decisions are told, the newest. */
    static final int DECISIONS = 20;

    /** Listeners; each costs a socket. */
    static final int MOST = 64;

    private static final Duration LOOK = Duration.ofMillis(500);
    private static final Duration BEAT = Duration.ofSeconds(2);

    /** The listener comes again by itself; so nobody listens by what was allowed long ago. */
    private static final Duration LONGEST = Duration.ofMinutes(10);

    /** What is told; each by the path of its name. */
    enum Topic {
        CLUSTER("ageMillis", "revision"),
        NODE("leaseLeftMillis", "positionBytes"),
        REPLICATION(),
        ALERTS("status"),
        DECISIONS();

        private final String[] restless;

        /**
         * @param restless fields that change all the time and alone are no reason to tell
         */
        Topic(String... restless) {
            this.restless = restless;
        }

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Where what is told comes from. */
    interface Source {
        /**
         * @throws Refused the part that knows is absent; it is not told of then
         */
        Map<String, @Nullable Object> of(Topic topic) throws Refused;
    }

    /**
     * @param essence by which a change is known
     */
    private record Told(String essence, String json) {}

    private final Source source;
    private final AtomicInteger listeners = new AtomicInteger();
    private volatile boolean ended;
    private Map<Topic, Told> last = Map.of();
    private long lastAt;

    ChangeStream(Source source) {
        this.source = source;
    }

    void requireRoom() throws Refused {
        if (listeners.get() >= MOST)
            throw new Refused(
                    503,
                    MOST + " listeners are there already",
                    "ask the paths themselves, or another member");
    }

    /** Ends all streams soon. */
    void end() {
        ended = true;
    }

    /** Returns when the listener has gone, or it has lasted long enough. */
    void write(HttpServletResponse response) throws IOException {
        response.setContentType("text/event-stream;charset=utf-8");
        response.setHeader("Cache-Control", "no-store");
        response.setHeader("X-Content-Type-Options", "nosniff");
        listeners.incrementAndGet();
        try {
            tell(response);
        } finally {
            listeners.decrementAndGet();
        }
    }

    private void tell(HttpServletResponse response) throws IOException {
        var heard = new EnumMap<Topic, String>(Topic.class);
        long began = System.nanoTime();
        long beaten = began - BEAT.toNanos();
        while (!ended && System.nanoTime() - began < LONGEST.toNanos()) {
            var text = new StringBuilder();
            now().forEach((topic, told) -> {
                if (!told.essence().equals(heard.put(topic, told.essence())))
                    text.append(event(topic.word(), told.json()));
            });
            if (System.nanoTime() - beaten >= BEAT.toNanos()) {
                text.append(event("beat", "{}"));
                beaten = System.nanoTime();
            }
            if (!text.isEmpty()) {
                response.getOutputStream().write(text.toString().getBytes(StandardCharsets.UTF_8));
                response.flushBuffer();
            }
            LockSupport.parkNanos(LOOK.toNanos());
            if (Thread.currentThread().isInterrupted()) return;
        }
    }

    /** JSON has no line breaks of its own outside of texts, where they are escaped. */
    private static String event(String name, String json) {
        return "event: " + name + "\ndata: " + json + "\n\n";
    }

    private synchronized Map<Topic, Told> now() {
        if (!last.isEmpty() && System.nanoTime() - lastAt < LOOK.toNanos()) return last;
        var all = new EnumMap<Topic, Told>(Topic.class);
        for (var topic : Topic.values()) {
            try {
                var tree = source.of(topic);
                var essence = new LinkedHashMap<>(tree);
                for (var field : topic.restless) essence.remove(field);
                all.put(topic, new Told(Json.text(essence), Json.text(tree)));
            } catch (Refused e) {
                continue; // that part is absent now: the page keeps what it knows, with its age
            }
        }
        last = all;
        lastAt = System.nanoTime();
        return all;
    }
}
