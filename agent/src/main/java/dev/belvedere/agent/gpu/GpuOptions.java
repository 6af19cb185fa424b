package dev.belvedere.agent.gpu;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// How GPUs are asked and told.
///
/// @param libraryNames tried in order
/// @param hostname of this machine
/// @param hostnameLabel `Hostname` as in dcgm-exporter's releases, or `hostname` as in its newest sources
/// @param root where the machine's root directory is seen
/// @param timeout for one GPU's answers; a GPU that takes longer is left out until it has answered
public record GpuOptions(
        List<String> libraryNames, String hostname, String hostnameLabel, Path root, Duration timeout) {

    public GpuOptions {
        libraryNames = List.copyOf(libraryNames);
    }

    public static GpuOptions of(String hostname, Path root) {
        return new GpuOptions(Nvml.LIBRARY_NAMES, hostname, "Hostname", root, Duration.ofSeconds(3));
    }
}
