package dev.belvedere.server.command;

import dev.belvedere.platform.disk.LocalDisk;
import dev.belvedere.server.config.ServerConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// Options of commands that run on a configuration.
final class ConfigOptions {

    @Option(names = "--config", paramLabel = "FILE", description = "belvedere.yml, or a prometheus.yml as it is.")
    private @Nullable Path file;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "Sets one key of the configuration, such as query.timeout=30s. May be repeated.")
    private List<String> settings = new ArrayList<>();

    @Spec(Spec.Target.MIXEE)
    private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

    /// @param first overrides that `--set` may override again
    ServerConfig.Origin origin(List<ServerConfig.Override> first) {
        return origin(file, first, settings, spec);
    }

    static ServerConfig.Origin origin(
            @Nullable Path file,
            List<ServerConfig.Override> first,
            List<String> settings,
            CommandLine.Model.CommandSpec spec) {
        List<ServerConfig.Override> overrides = new ArrayList<>(first);
        for (String setting : settings) {
            int equals = setting.indexOf('=');
            if (equals <= 0) {
                throw new ParameterException(spec.commandLine(), "--set needs KEY=VALUE, got \"" + setting + "\"");
            }
            String key = setting.substring(0, equals);
            overrides.add(new ServerConfig.Override(key, setting.substring(equals + 1), "--set " + key));
        }
        return new ServerConfig.Origin(
                Optional.ofNullable(file),
                overrides,
                new LocalDisk(),
                System.getenv(),
                Runtime.getRuntime().availableProcessors());
    }
}
