package dev.belvedere.api.prometheus;

import static dev.belvedere.api.prometheus.PrometheusServer.encoded;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.belvedere.api.queries.QueryOptions;
import dev.belvedere.model.Tenant;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.promql.evaluation.PromqlOptions;
import dev.belvedere.promql.syntax.ParserOptions;
import dev.belvedere.storage.metrics.AppendOptions;
import dev.belvedere.storage.metrics.MetricAppender;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Answers that Prometheus 3.5.3 gave to the same questions over the same data.
class RecordedAnswersTest {

    private static final long START = 1_700_000_000;

    private final ObjectMapper mapper = new ObjectMapper();

    private final PrometheusServer server = new PrometheusServer(
            QueryOptions.DEFAULT,
            new PromqlOptions(new ParserOptions(true, false, false), 300_000, 60_000, false, false, false),
            store -> store);

    @AfterEach
    void close() {
        server.close();
    }

    private static List<String[]> recorded(String file) throws IOException {
        try (InputStream in = Objects.requireNonNull(RecordedAnswersTest.class.getResourceAsStream(file))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .map(line -> line.split("\t", -1))
                    .toList();
        }
    }

    private JsonNode data(String path) throws IOException {
        String answer = server.get(path);
        assertThat(answer).as(path).startsWith("200 ");
        return mapper.readTree(answer.substring(4)).get("data");
    }

    @Test
    void expressions_have_the_trees_that_prometheus_gives_them() throws IOException {
        List<String> differences = new ArrayList<>();
        List<String[]> expressions = recorded("expression-trees.txt");
        assertThat(expressions).hasSizeGreaterThan(100);
        for (String[] recorded : expressions) {
            JsonNode tree = withoutNewer(data("/api/v1/parse_query?query=" + encoded(recorded[0])));
            if (!tree.equals(mapper.readTree(recorded[1]))) {
                differences.add(recorded[0] + "\n  prometheus: " + recorded[1] + "\n  here:       " + tree);
            }
        }
        assertThat(differences).isEmpty();
    }

    /// A tree without the fields that later versions added, which all say that there is nothing.
    private static JsonNode withoutNewer(JsonNode tree) {
        if (tree instanceof ObjectNode object) {
            for (String field : List.of("anchored", "smoothed", "offsetExpr", "rangeExpr", "stepExpr")) {
                JsonNode removed = object.remove(field);
                assertThat(removed == null || removed.isNull() || !removed.asBoolean())
                        .as(field)
                        .isTrue();
            }
            JsonNode fill = object.remove("fillValues");
            assertThat(fill == null
                            || fill.get("lhs").isNull() && fill.get("rhs").isNull())
                    .isTrue();
        }
        tree.forEach(RecordedAnswersTest::withoutNewer);
        return tree;
    }

    /// Counters every 15 s with a reset, gauges every 30 s with a hole of ten minutes.
    private void writeData() {
        try (MetricAppender appender = server.store.appender(Tenant.DEFAULT, AppendOptions.ACKNOWLEDGED)) {
            for (int i = 0; i < 3; i++) {
                long counter = appender.series(Labels.of("__name__", "c_total", "i", Integer.toString(i)));
                for (int k = 0; k <= 240; k++) {
                    appender.append(counter, (START + 15L * k) * 1000, 0, k % 100 * (i + 1));
                }
            }
            for (int i = 0; i < 2; i++) {
                long gauge = appender.series(Labels.of("__name__", "g", "i", Integer.toString(i)));
                for (int k = 0; k <= 120; k++) {
                    if (k < 40 || k >= 60) {
                        appender.append(gauge, (START + 30L * k + i) * 1000, 0, (k * 7 + i) % 11);
                    }
                }
            }
            appender.commit();
        }
    }

    @Test
    void samples_are_counted_as_prometheus_counts_them() throws IOException {
        writeData();
        List<String> differences = new ArrayList<>();
        List<String[]> queries = recorded("sample-counts.txt");
        assertThat(queries).hasSizeGreaterThan(100);
        for (String[] recorded : queries) {
            boolean isInstant = recorded[0].equals("instant");
            String path = isInstant
                    ? "/api/v1/query?time=" + (START + 1800)
                    : "/api/v1/query_range?start=" + (START + 300) + "&end=" + (START + 2400) + "&step=100";
            JsonNode samples = data(path + "&stats=all&query=" + encoded(recorded[1]))
                    .get("stats")
                    .get("samples");
            List<String> here = List.of(
                    samples.path("totalQueryableSamples").asText(),
                    counts(samples.path("totalQueryableSamplesPerStep")),
                    samples.path("samplesRead").asText(),
                    counts(samples.path("samplesReadPerStep")));
            List<String> theirs = List.of(recorded).subList(2, recorded.length);
            if (!here.equals(theirs)) {
                differences.add(
                        recorded[0] + " " + recorded[1] + "\n  prometheus: " + theirs + "\n  here:       " + here);
            }
        }
        assertThat(differences).isEmpty();
    }

    private static String counts(JsonNode steps) {
        List<String> counts = new ArrayList<>();
        steps.forEach(step -> counts.add(step.get(1).asText()));
        return String.join(" ", counts);
    }
}
