package dev.belvedere.testkit.platform;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/// Files of other projects' packages: from the folder that `BELVEDERE_PEERS` names, into which packages were unpacked,
/// or else installed.
public final class PeerFiles {

    private PeerFiles() {}

    /// @param path below the root of the file system, as `usr/bin/prometheus`
    public static Optional<Path> find(String path) {
        return Stream.concat(Optional.ofNullable(System.getenv("BELVEDERE_PEERS")).stream(), Stream.of("/"))
                .map(root -> Path.of(root, path))
                .filter(Files::exists)
                .findFirst();
    }
}
