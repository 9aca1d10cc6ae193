package io.matriarch.alerting.web;

import io.matriarch.alerting.core.Notice;
import io.matriarch.alerting.form.Payloads;
import io.matriarch.alerting.spool.Delivery;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * Runs a program: the webhook's JSON on its standard input, the main words in its environment; exit
 * status 0 means taken. Its words are never part of a command line, so nothing in them is run.
 */
public final class ScriptDelivery implements Delivery {
    private static final int SHOWN = 200;

    private final List<String> command;
    private final Duration timeout;

    public ScriptDelivery(List<String> command, Duration timeout) {
        this.command = List.copyOf(command);
        this.timeout = timeout;
    }

    @Override
    public String deliver(Notice notice, Instant now) throws DeliveryException {
        try {
            return run(notice);
        } catch (IOException e) {
            throw new DeliveryException(command.getFirst() + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DeliveryException("interrupted", e);
        }
    }

    private String run(Notice notice) throws IOException, InterruptedException, DeliveryException {
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        var environment = builder.environment();
        environment.put("MATRIARCH_ID", notice.id());
        environment.put("MATRIARCH_CLUSTER", notice.cluster());
        environment.put("MATRIARCH_SEVERITY", notice.severity().word());
        environment.put("MATRIARCH_KIND", notice.kind().name().toLowerCase(Locale.ROOT));
        environment.put("MATRIARCH_SUBJECT", notice.subject().replace('\0', ' '));
        var process = builder.start();
        var output = new StringBuffer();
        var reader = Thread.ofVirtual().start(() -> output.append(read(process)));
        try (var in = process.getOutputStream()) {
            in.write(Payloads.webhook(notice, "").getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            // A program that does not read its input may have ended well all the same.
            output.append("(did not read: ").append(e.getMessage()).append(") ");
        }
        if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
            process.destroyForcibly();
            throw new DeliveryException(
                    command.getFirst() + " did not end within " + timeout.toSeconds() + " s");
        }
        reader.join(Duration.ofSeconds(1));
        if (process.exitValue() != 0)
            throw new DeliveryException(
                    "%s ended with %d: %s"
                            .formatted(command.getFirst(), process.exitValue(), output)
                            .strip());
        return "ended with 0";
    }

    private static String read(Process process) {
        try (var in = process.getInputStream()) {
            var text = new String(in.readNBytes(SHOWN), StandardCharsets.UTF_8);
            in.skip(Long.MAX_VALUE); // a program must not hang because nobody reads on
            return text.replaceAll("\\s+", " ").strip();
        } catch (IOException e) {
            return "(no output: " + e.getMessage() + ")";
        }
    }
}
