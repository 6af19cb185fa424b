package dev.belvedere.acceptance;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.belvedere.testkit.platform.PeerFiles;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// Other projects' programs, from `BELVEDERE_PEERS` (a folder with `usr/bin`) or the path.
final class Peers {

    /// What a program printed and how it ended.
    record Ended(int code, String output) {}

    private Peers() {}

    /// The program's file. The calling test is skipped where it is missing.
    static String find(String program) {
        Optional<Path> file = PeerFiles.find("usr/bin/" + program);
        for (String folder : System.getenv("PATH").split(File.pathSeparator)) {
            file = file.or(() -> Optional.of(Path.of(folder, program)).filter(Files::isExecutable));
        }
        assumeTrue(file.isPresent(), "skipped: " + program + " is not installed; .ci/run fetches it");
        return file.orElseThrow().toString();
    }

    static Process start(Path log, String... command) throws IOException {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
    }

    static Ended run(Path folder, String... command) throws IOException, InterruptedException {
        return run(folder, List.of(command));
    }

    static Ended run(Path folder, List<String> command) throws IOException, InterruptedException {
        Path log = Files.createTempFile(folder, "run", ".log");
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        if (!process.waitFor(Http.PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError(command + " did not end:\n" + Files.readString(log, StandardCharsets.UTF_8));
        }
        return new Ended(process.exitValue(), Files.readString(log, StandardCharsets.UTF_8));
    }
}
