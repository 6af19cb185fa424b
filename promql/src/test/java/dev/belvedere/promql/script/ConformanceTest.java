package dev.belvedere.promql.script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Runs Prometheus' own test files, where they are, and ours.
class ConformanceTest {

    private static final Path CONFORMANCE =
            Path.of(System.getProperty("belvedere.root", ".")).resolve("../shared/conformance/promql");

    private static List<Path> scripts(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(f -> f.toString().endsWith(".test")).sorted().toList();
        }
    }

    @TestFactory
    Stream<DynamicTest> every_conformance_script_passes() throws IOException {
        assumeTrue(
                Files.isDirectory(CONFORMANCE), "no conformance scripts at " + CONFORMANCE.normalize() + ": skipped");
        return scripts(CONFORMANCE).stream().map(ConformanceTest::test);
    }

    @TestFactory
    Stream<DynamicTest> every_script_of_ours_passes() throws IOException {
        return scripts(Path.of("src/test/resources/scripts")).stream().map(ConformanceTest::test);
    }

    private static DynamicTest test(Path script) {
        return DynamicTest.dynamicTest(script.getFileName().toString(), () -> {
            ScriptResult result = PromqlScript.run(script.getFileName().toString(), Files.readString(script));
            assertThat(result.messages()).isEmpty();
            assertThat(result.passed()).isPositive();
        });
    }
}
