package io.matriarch.failover.agent;

import io.matriarch.api.MemberName;
import io.matriarch.failover.core.Tags;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * What the configuration file says about this node's agent.
 *
 * @param bootstrapConfig the dynamic configuration a new cluster begins with
 * @param callbacks command by event: {@code on_start on_stop on_restart on_reload on_role_change}
 * @param restartGrace the longest time a planned restart of the agent may take
 */
public record Settings(
        MemberName name,
        String scope,
        String namespace,
        boolean canBootstrap,
        Tags tags,
        Map<String, Object> bootstrapConfig,
        String apiUrl,
        Map<String, String> callbacks,
        Optional<String> prePromote,
        Path stateDirectory,
        Duration restartGrace,
        WriteSettings writing,
        String version) {
    public Settings {
        bootstrapConfig = Map.copyOf(bootstrapConfig);
        callbacks = Map.copyOf(callbacks);
    }
}
