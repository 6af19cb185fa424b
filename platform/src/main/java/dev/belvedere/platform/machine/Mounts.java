package dev.belvedere.platform.machine;

import java.io.IOException;
import java.nio.file.Path;

/// Asks mounted file systems how full they are. [LocalMounts] asks the machine's, tests answer by themselves.
public interface Mounts {

    /// Returns within a bounded time even if the file system never answers.
    ///
    /// @throws IOException if there is no answer; its message is a few words: `no such file or directory`
    MountUsage usage(Path mountPoint) throws IOException;
}
