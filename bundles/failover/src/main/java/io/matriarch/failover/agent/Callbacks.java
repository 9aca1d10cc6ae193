package io.matriarch.failover.agent;

import io.matriarch.failover.core.Role;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commands of the operator's that are told of events, as {@code COMMAND event role scope}. They are
 * started and not waited for; a newer one ends an older one that still runs, except {@code
 * on_reload}.
 */
final class Callbacks {
    private static final Logger LOG = LoggerFactory.getLogger(Callbacks.class);

    private final Map<String, String> commands;
    private final String scope;
    private final Path stateDirectory;
    private @Nullable Process running;

    Callbacks(Map<String, String> commands, String scope, Path stateDirectory) {
        this.commands = commands;
        this.scope = scope;
        this.stateDirectory = stateDirectory;
    }

    synchronized void tell(String event, Role role) {
        var command = commands.get(event);
        if (command == null) return;
        boolean reload = event.equals("on_reload");
        if (!reload && running != null && running.isAlive()) running.destroyForcibly();
        var words = new ArrayList<>(List.of(command.strip().split("\\s+")));
        words.addAll(List.of(event, (role == Role.PROMOTED ? Role.PRIMARY : role).text(), scope));
        var log =
                ProcessBuilder.Redirect.appendTo(
                        new File(stateDirectory.toFile(), "callbacks.log"));
        try {
            var started =
                    new ProcessBuilder(words).redirectErrorStream(true).redirectOutput(log).start();
            if (!reload) running = started;
        } catch (IOException e) {
            LOG.error("callback {} could not be started: {}", words, e.getMessage());
        }
    }

    /**
     * Runs {@code pre_promote} and waits for it.
     *
     * @return whether it ended with 0
     */
    static boolean prePromote(String command, String scope)
            throws IOException, InterruptedException {
        var words = new ArrayList<>(List.of(command.strip().split("\\s+")));
        words.addAll(List.of("primary", scope));
        return new ProcessBuilder(words)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start()
                        .waitFor()
                == 0;
    }
}
