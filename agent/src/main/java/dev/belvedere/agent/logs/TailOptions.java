package dev.belvedere.agent.logs;

import java.nio.file.Path;
import java.time.Duration;

/// How log files are followed.
///
/// @param positions the file that keeps positions over restarts
/// @param scanInterval how often new files are looked for
/// @param pollInterval how often open files are looked at for new lines
/// @param maxLineBytes a longer line is cut there
/// @param maxFiles how many files may be open at once
public record TailOptions(
        Path positions, Duration scanInterval, Duration pollInterval, int maxLineBytes, int maxFiles) {

    public static TailOptions of(Path positions) {
        return new TailOptions(positions, Duration.ofSeconds(5), Duration.ofMillis(250), 256 << 10, 1000);
    }
}
