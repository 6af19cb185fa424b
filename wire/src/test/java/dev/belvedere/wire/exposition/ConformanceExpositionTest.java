package dev.belvedere.wire.exposition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Expositions of real programs.
class ConformanceExpositionTest {

    @ParameterizedTest
    @CsvSource({
        "1histogram.om.txt, OPENMETRICS_1_0_0",
        "alltypes.5mfs.om.txt, OPENMETRICS_1_0_0",
        "alltypes.237mfs.prom.txt, TEXT_0_0_4",
        "alltypes.237mfs.nometa.prom.txt, TEXT_0_0_4",
    })
    void every_sample_line_is_read_and_its_prefix_is_recognised_the_next_time(String name, ExpositionFormat format)
            throws IOException {
        Path file = Path.of(System.getProperty("belvedere.root", ".."))
                .resolve("../shared/conformance/exposition")
                .resolve(name);
        assumeThat(file).as("the conformance files are not here").exists();
        byte[] body = Files.readAllBytes(file);
        long sampleLines = Files.readAllLines(file).stream()
                .filter(line -> !line.startsWith("#"))
                .count();

        ExpositionReader first = ExpositionReader.of(format, body, HistogramOptions.CLASSIC);
        List<String> labels = new ArrayList<>();
        List<int[]> prefixes = new ArrayList<>();
        List<FamilyHeader> headers = new ArrayList<>();
        List<Double> values = new ArrayList<>();
        while (first.next()) {
            labels.add(first.labels().toString());
            prefixes.add(new int[] {first.prefixFrom(), first.prefixLength()});
            headers.add(first.header());
            values.add(first.value());
        }
        assertThat(labels).hasSize((int) sampleLines).doesNotHaveDuplicates();

        ExpositionReader second = ExpositionReader.of(format, body.clone(), HistogramOptions.CLASSIC);
        for (int i = 0; i < values.size(); i++) {
            int[] prefix = prefixes.get(i);
            assertThat(second.nextIfSame(body, prefix[0], prefix[1], headers.get(i)))
                    .as(labels.get(i))
                    .isTrue();
            assertThat(second.value()).isEqualTo(values.get(i));
        }
        assertThat(second.next()).isFalse();
    }
}
