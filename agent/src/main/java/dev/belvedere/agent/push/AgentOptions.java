package dev.belvedere.agent.push;

import dev.belvedere.agent.AgentConfig;
import dev.belvedere.model.Secret;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;

/// How an agent runs as a process of its own.
///
/// @param server where metrics and logs are pushed to: `http://monitor:9090`
/// @param directory for what is kept over restarts
/// @param job the label of that name on every series
public record AgentOptions(
        AgentConfig config, URI server, Secret bearerToken, Path directory, Duration interval, String job) {

    public static AgentOptions of(AgentConfig config, URI server, Path directory) {
        return new AgentOptions(config, server, Secret.NONE, directory, Duration.ofSeconds(15), "agent");
    }
}
