package io.matriarch.management.browser;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** A page as a person has it: seen, clicked and typed into by real events of mouse and keyboard. */
public final class Page {
    private static final long PATIENCE_SECONDS = 120;
    private static final Map<String, Integer> KEYS =
            Map.of("Tab", 9, "Enter", 13, "Escape", 27, "ArrowLeft", 37, "ArrowRight", 39);

    private static final int AIMS = 20;

    /** Where it is once it stands still for two frames, and whether a click would meet it. */
    private static final String AIM =
            """
            (async () => {
              const selector = %s;
              const place = () => {
                const e = document.querySelector(selector);
                return e === null ? {x: -1, y: -1} : (r => ({x: r.left + r.width / 2, y: r.top + r.height / 2}))(e.getBoundingClientRect());
              };
              document.querySelector(selector)?.scrollIntoView({block: 'center', behavior: 'instant'});
              const before = place();
              await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
              const after = place();
              const hit = document.elementFromPoint(after.x, after.y);
              window.clickedByTest = false;
              document.addEventListener('click', e => { window.clickedByTest = e.target.closest(selector) !== null; },
                {capture: true, once: true});
              return {...after, hit: before.x === after.x && before.y === after.y && hit !== null && hit.closest(selector) !== null};
            })()
            """;

    private final DevTools tools;
    private final String session;
    private final List<String> complaints = new CopyOnWriteArrayList<>();

    Page(DevTools tools, String session) {
        this.tools = tools;
        this.session = session;
        tools.hear(event -> {
            if (event.method().equals("Runtime.exceptionThrown"))
                complaints.add(event.params().toString());
            if (event.method().equals("Log.entryAdded")
                    && event.params().get("entry") instanceof Map<?, ?> entry
                    && !"network".equals(entry.get("source"))) // members that are dead
            complaints.add(entry.get("source") + ": " + entry.get("text"));
        });
        for (String domain : List.of("Page", "Runtime", "Log"))
            tools.ask(session, domain + ".enable", Map.of());
    }

    /** Errors of scripts and violations of the policy so far; not that something was not there. */
    public List<String> complaints() {
        return List.copyOf(complaints);
    }

    public void close() {
        tools.ask(session, "Page.close", Map.of());
    }

    public void go(String url) {
        var answer = tools.ask(session, "Page.navigate", Map.of("url", url));
        if (answer.get("errorText") != null)
            throw new AssertionError(url + ": " + answer.get("errorText"));
        until(url + " to be loaded", "document.readyState === 'complete'");
    }

    /** The value of that expression; a promise is waited for. */
    public @Nullable Object value(String expression) {
        var answer =
                tools.ask(
                        session,
                        "Runtime.evaluate",
                        Map.of(
                                "expression",
                                expression,
                                "returnByValue",
                                true,
                                "awaitPromise",
                                true));
        if (answer.get("exceptionDetails") != null)
            throw new AssertionError(expression + ": " + answer.get("exceptionDetails"));
        return answer.get("result") instanceof Map<?, ?> result ? result.get("value") : null;
    }

    /** What a person would read there. */
    public String text(String selector) {
        return String.valueOf(value("document.querySelector(" + quoted(selector) + ").innerText"));
    }

    public boolean shown(String selector) {
        return Boolean.TRUE.equals(
                value(
                        "(e => e !== null && e.getClientRects().length > 0)(document.querySelector("
                                + quoted(selector)
                                + "))"));
    }

    /** Waits until that expression is true. */
    public void until(String what, String expression) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (System.nanoTime() < end) {
            if (Boolean.TRUE.equals(value(expression))) return;
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
        }
        throw new AssertionError(
                "waited %d s for %s (%s)%ncomplaints %s%n%s"
                        .formatted(
                                PATIENCE_SECONDS,
                                what,
                                expression,
                                complaints,
                                value("document.body.innerText")));
    }

    public void untilText(String selector, String part) {
        until(
                "\"" + part + "\" in " + selector,
                "(e => e !== null && e.innerText.includes("
                        + quoted(part)
                        + "))(document.querySelector("
                        + quoted(selector)
                        + "))");
    }

    public void untilShown(String selector) {
        until(
                selector + " to be shown",
                "(e => e !== null && e.getClientRects().length > 0)(document.querySelector("
                        + quoted(selector)
                        + "))");
    }

    /**
     * With the mouse, in its middle; it must be there, and nothing may lie over it. A page that
     * moves under the mouse is aimed at again.
     */
    public void click(String selector) {
        untilShown(selector);
        for (int tries = 0; tries < AIMS; tries++) {
            var place = (Map<?, ?>) value(AIM.formatted(quoted(selector)));
            if (place == null || !Boolean.TRUE.equals(place.get("hit"))) continue;
            for (String type : List.of("mouseMoved", "mousePressed", "mouseReleased"))
                tools.ask(
                        session,
                        "Input.dispatchMouseEvent",
                        Map.of(
                                "type",
                                type,
                                "x",
                                place.get("x"),
                                "y",
                                place.get("y"),
                                "button",
                                type.equals("mouseMoved") ? "none" : "left",
                                "clickCount",
                                type.equals("mouseMoved") ? 0 : 1));
            if (Boolean.TRUE.equals(value("window.clickedByTest"))) return;
        }
        throw new AssertionError(selector + " cannot be clicked");
    }

    /** Clicks into it and types, in place of what is there. */
    public void type(String selector, String text) {
        click(selector);
        value("document.querySelector(" + quoted(selector) + ").select()");
        type(text);
    }

    /** Where the keyboard is. */
    public void type(String text) {
        tools.ask(session, "Input.insertText", Map.of("text", text));
    }

    public void choose(String selector, String option) {
        value(
                "(e => { e.value = %s; e.dispatchEvent(new Event('change', {bubbles: true})); })(document.querySelector(%s))"
                        .formatted(quoted(option), quoted(selector)));
    }

    public void press(String key) {
        int code = KEYS.getOrDefault(key, 0);
        for (String type : List.of("keyDown", "keyUp")) {
            var params = new HashMap<String, Object>();
            params.put("type", type);
            params.put("key", key);
            params.put("code", key);
            params.put("windowsVirtualKeyCode", code);
            if (key.equals("Enter")) params.put("text", "\r");
            tools.ask(session, "Input.dispatchKeyEvent", params);
        }
    }

    public void size(int width, int height, boolean phone) {
        tools.ask(
                session,
                "Emulation.setDeviceMetricsOverride",
                Map.of(
                        "width",
                        width,
                        "height",
                        height,
                        "deviceScaleFactor",
                        phone ? 2 : 1,
                        "mobile",
                        phone));
    }

    /**
     * @param scheme light or dark
     */
    public void scheme(String scheme) {
        tools.ask(
                session,
                "Emulation.setEmulatedMedia",
                Map.of(
                        "features",
                        List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
    }

    /** PNG, of the whole page or of what is in the window. */
    public void picture(Path file, boolean whole) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        value(
                "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(1))))");
        var params = new HashMap<String, Object>();
        params.put("format", "png");
        params.put("captureBeyondViewport", whole);
        if (whole
                && tools.ask(session, "Page.getLayoutMetrics", Map.of()).get("cssContentSize")
                        instanceof Map<?, ?> size)
            params.put(
                    "clip",
                    Map.of(
                            "x",
                            0,
                            "y",
                            0,
                            "width",
                            size.get("width"),
                            "height",
                            size.get("height"),
                            "scale",
                            1));
        var answer = tools.ask(session, "Page.captureScreenshot", params);
        Files.write(file, Base64.getDecoder().decode(String.valueOf(answer.get("data"))));
    }

    /** As a text of the script. */
    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"';
    }
}
