package dev.belvedere.scrape.config;

import dev.belvedere.platform.disk.Disk;
import java.nio.file.Path;
import java.util.Map;

/// Where a configuration comes from.
///
/// @param directory of the file; relative names in it are resolved here
/// @param disk holds further files that the configuration names
/// @param environment variables that external labels may use
public record ConfigSource(Path directory, Disk disk, Map<String, String> environment) {

    public ConfigSource {
        environment = Map.copyOf(environment);
    }

    ConfigSource in(Path otherDirectory) {
        return new ConfigSource(otherDirectory, disk, environment);
    }
}
