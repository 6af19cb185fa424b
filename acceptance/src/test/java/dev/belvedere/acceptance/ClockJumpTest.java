package dev.belvedere.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.belvedere.testkit.platform.PeerFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// R8 of docs/reliability.md with a whole process, whose clock libfaketime moves.
final class ClockJumpTest {

    private static final List<String> LIBRARIES = List.of(
            "usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1",
            "usr/lib/aarch64-linux-gnu/faketime/libfaketimeMT.so.1",
            "usr/lib64/faketime/libfaketimeMT.so.1",
            "usr/lib/faketime/libfaketimeMT.so.1");

    private static final int SERIES = 100;
    private static final Duration TEN_YEARS = Duration.ofDays(3650);
    private static final Duration DAY = Duration.ofDays(1);

    @TempDir
    Path folder;

    private ServerProcess start(Path library) throws IOException, InterruptedException {
        // Only the time of day moves, and what waits for the monotonic clock is left alone: with the library's
        // defaults every timed wait of the JVM ends at once, and the process does nothing but wait again.
        Map<String, String> environment = Map.of(
                "LD_PRELOAD", library.toString(),
                "FAKETIME_TIMESTAMP_FILE", folder.resolve("clock").toString(),
                "FAKETIME_CACHE_DURATION", "1",
                "FAKETIME_DONT_FAKE_MONOTONIC", "1",
                "FAKETIME_FORCE_MONOTONIC_FIX", "0");
        return ServerProcess.start(
                folder.resolve("data"),
                environment,
                "--config",
                folder.resolve("belvedere.yml").toString(),
                "--set",
                "agent.host=false",
                "--set",
                "data.partitions=2");
    }

    private void moveClock(Duration ahead) throws IOException {
        Path next = Files.writeString(folder.resolve("clock.next"), "%+d\n".formatted(ahead.toSeconds()));
        Files.move(next, folder.resolve("clock"), StandardCopyOption.ATOMIC_MOVE);
    }

    private static Instant lastEvaluation(ServerProcess server) throws IOException, InterruptedException {
        String text = Http.get(server.url("/api/v1/rules"))
                .json()
                .at("/data/groups/0/lastEvaluation")
                .asText();
        return text.isEmpty() ? Instant.MIN : Instant.parse(text);
    }

    /// Rules go on by the moved clock, and nothing that was stored before is gone.
    private static void requireGoesOn(ServerProcess server, Duration ahead, long storedMillis)
            throws IOException, InterruptedException {
        for (int evaluation = 0; evaluation < 3; evaluation++) {
            Instant before = lastEvaluation(server);
            Http.eventually(() -> {
                Instant last = lastEvaluation(server);
                Duration off = Duration.between(Instant.now().plus(ahead), last).abs();
                return !last.equals(before) && off.compareTo(Duration.ofMinutes(5)) < 0;
            });
        }
        String query = "/api/v1/query?query=" + Http.encoded("count(kept)") + "&time=" + storedMillis / 1000.0;
        assertThat(Http.get(server.url(query))
                        .json()
                        .at("/data/result/0/value/1")
                        .asInt())
                .as("with the clock moved by " + ahead)
                .isEqualTo(SERIES);
    }

    @Test
    void R08_jumps_of_the_clock_of_a_process_remove_nothing_and_rules_go_on() throws IOException, InterruptedException {
        Optional<Path> library = LIBRARIES.stream()
                .map(PeerFiles::find)
                .flatMap(Optional::stream)
                .findFirst();
        assumeTrue(library.isPresent(), "skipped: libfaketime is not there; .ci/run fetches it");
        Files.writeString(folder.resolve("rules.yml"), """
                groups:
                - {name: g, interval: 1s, rules: [{record: recorded, expr: 'vector(1)'}]}
                """);
        Files.writeString(folder.resolve("belvedere.yml"), """
                global: {evaluation_interval: 1s}
                rule_files: [rules.yml]
                storage: {tsdb: {retention: {time: 15d}}}
                """);
        moveClock(Duration.ZERO);
        long stored = System.currentTimeMillis();
        try (ServerProcess server = start(library.get())) {
            assertThat(Load.write(server, "kept", 0, SERIES, stored).isAccepted())
                    .isTrue();
            for (Duration ahead : List.of(Duration.ZERO, TEN_YEARS, DAY.negated(), Duration.ZERO, TEN_YEARS)) {
                moveClock(ahead);
                requireGoesOn(server, ahead, stored);
            }
            server.stop();
        }
        try (ServerProcess server = start(library.get())) {
            requireGoesOn(server, TEN_YEARS, stored);
            moveClock(Duration.ZERO);
            requireGoesOn(server, Duration.ZERO, stored);
            server.requireClean(folder.resolve("data"));
        }
    }
}
