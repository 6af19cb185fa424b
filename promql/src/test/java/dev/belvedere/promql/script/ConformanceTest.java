package dev.belvedere.promql.script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.belvedere.promql.evaluation.PromqlOptions;
import dev.belvedere.storage.metrics.MetricStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Runs Prometheus' own test files, where they are, and ours.
class ConformanceTest {

    private static final Path CONFORMANCE =
            Path.of(System.getProperty("belvedere.root", "..")).resolve("../shared/conformance/promql");

    private static final Path OURS = Path.of("src/test/resources/scripts");

    private static List<Path> scripts(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(f -> f.toString().endsWith(".test")).sorted().toList();
        }
    }

    @TestFactory
    Stream<DynamicTest> every_conformance_script_passes() throws IOException {
        assumeTrue(
                Files.isDirectory(CONFORMANCE), "no conformance scripts at " + CONFORMANCE.normalize() + ": skipped");
        return scripts(CONFORMANCE).stream().map(script -> test(script, PromqlOptions.EVERYTHING));
    }

    @TestFactory
    Stream<DynamicTest> every_script_of_ours_passes() throws IOException {
        return scripts(OURS).stream().map(script -> test(script, PromqlOptions.EVERYTHING));
    }

    @TestFactory
    Stream<DynamicTest> every_script_for_the_default_flags_passes() throws IOException {
        return scripts(OURS.resolve("default-flags")).stream().map(script -> test(script, PromqlOptions.DEFAULT));
    }

    @TestFactory
    Stream<DynamicTest> scripts_pass_over_series_that_share_their_timestamps() throws IOException {
        return allOver(GroupedStore::inOnePartition);
    }

    @TestFactory
    Stream<DynamicTest> scripts_pass_over_partitions() throws IOException {
        return allOver(GroupedStore::inPartitions);
    }

    private static Stream<DynamicTest> allOver(UnaryOperator<MetricStore> shown) throws IOException {
        List<Path> all = new ArrayList<>(scripts(OURS));
        if (Files.isDirectory(CONFORMANCE)) {
            all.addAll(scripts(CONFORMANCE));
        }
        return all.stream()
                .map(script -> DynamicTest.dynamicTest(script.getFileName().toString(), () -> {
                    ScriptResult result = PromqlScript.run(
                            script.getFileName().toString(), Files.readString(script), PromqlOptions.EVERYTHING, shown);
                    assertThat(result.messages()).isEmpty();
                }));
    }

    private static DynamicTest test(Path script, PromqlOptions options) {
        return DynamicTest.dynamicTest(script.getFileName().toString(), () -> {
            ScriptResult result = PromqlScript.run(script.getFileName().toString(), Files.readString(script), options);
            assertThat(result.messages()).isEmpty();
            assertThat(result.passed()).isPositive();
        });
    }
}
