package dev.belvedere.wire.otlp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.Exemplar;
import dev.belvedere.model.metrics.MetricMetadata;
import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.wire.BodyTooLargeException;
import dev.belvedere.wire.IngestLimits;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.common.v1.InstrumentationScope;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.metrics.v1.Gauge;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.metrics.v1.ResourceMetrics;
import io.opentelemetry.proto.metrics.v1.ScopeMetrics;
import io.opentelemetry.proto.metrics.v1.Summary;
import io.opentelemetry.proto.metrics.v1.SummaryDataPoint;
import io.opentelemetry.proto.resource.v1.Resource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KnownLabelsTest {

    private static final List<KeyValue> PAIRS = List.of(
            OtlpMetricsTest.attribute("a", "1"),
            OtlpMetricsTest.attribute("a", "2"),
            OtlpMetricsTest.attribute("a.b", "1"),
            OtlpMetricsTest.attribute("a_b", "2"),
            OtlpMetricsTest.attribute("__name__", "x"),
            OtlpMetricsTest.attribute("quantile", "0.7"),
            OtlpMetricsTest.attribute("job", "mine"),
            OtlpMetricsTest.attribute("A", ""));

    private static List<String> decode(ExportMetricsServiceRequest request, OtlpMetrics.Rules rules) {
        List<String> samples = new ArrayList<>();
        byte[] body = request.toByteArray();
        OtlpMetrics.decode(body, body.length, rules, new MetricSink() {
            @Override
            public void sample(Labels labels, long timestampMillis, long startMillis, double value) {
                samples.add(labels + " " + value);
            }

            @Override
            public void histogram(Labels labels, long timestampMillis, long startMillis, NativeHistogram histogram) {
                throw new AssertionError(labels);
            }

            @Override
            public void exemplar(Labels series, Exemplar exemplar) {
                throw new AssertionError(series);
            }

            @Override
            public void metadata(String metricFamily, MetricMetadata metadata) {
                // The same for all points.
            }
        });
        return samples;
    }

    private static List<KeyValue> attributes(Random random) {
        List<KeyValue> attributes = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            attributes.add(PAIRS.get(random.nextInt(PAIRS.size())));
        }
        return attributes;
    }

    private static Metric metric(Random random, int value) {
        Metric.Builder metric = Metric.newBuilder().setName("m" + random.nextInt(3));
        return random.nextBoolean()
                ? metric.setGauge(Gauge.newBuilder()
                                .addDataPoints(NumberDataPoint.newBuilder()
                                        .setTimeUnixNano(5_000_000)
                                        .setAsDouble(value)
                                        .addAllAttributes(attributes(random))))
                        .build()
                : metric.setSummary(Summary.newBuilder()
                                .addDataPoints(SummaryDataPoint.newBuilder()
                                        .setTimeUnixNano(5_000_000)
                                        .setSum(value)
                                        .addQuantileValues(SummaryDataPoint.ValueAtQuantile.newBuilder()
                                                .setQuantile(0.5)
                                                .setValue(value))
                                        .addAllAttributes(attributes(random))))
                        .build();
    }

    private static ExportMetricsServiceRequest request(ResourceMetrics.Builder resource) {
        return ExportMetricsServiceRequest.newBuilder()
                .addResourceMetrics(resource)
                .build();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void points_that_share_attributes_get_the_labels_they_would_get_alone(boolean promotesScopes) {
        OtlpOptions options = new OtlpOptions(
                OtlpOptions.DEFAULT.translationStrategy(),
                false,
                Set.of("pod"),
                Set.of(),
                false,
                false,
                promotesScopes,
                true,
                true);
        OtlpMetrics.Rules rules = OtlpMetrics.Rules.ofDefaults().with(options);
        long seed = System.nanoTime();
        Random random = new Random(seed);
        ExportMetricsServiceRequest.Builder together = ExportMetricsServiceRequest.newBuilder();
        List<String> alone = new ArrayList<>();
        for (int r = 0; r < 3; r++) {
            Resource resource = Resource.newBuilder()
                    .addAttributes(OtlpMetricsTest.attribute("service.name", "s" + r))
                    .build();
            ResourceMetrics.Builder scopes = ResourceMetrics.newBuilder().setResource(resource);
            for (int s = 0; s < 3; s++) {
                InstrumentationScope scope =
                        InstrumentationScope.newBuilder().setName("lib" + s).build();
                ScopeMetrics.Builder metrics = ScopeMetrics.newBuilder().setScope(scope);
                for (int m = 0; m < 100; m++) {
                    Metric metric = metric(random, m);
                    metrics.addMetrics(metric);
                    ScopeMetrics.Builder one =
                            ScopeMetrics.newBuilder().setScope(scope).addMetrics(metric);
                    alone.addAll(decode(
                            request(ResourceMetrics.newBuilder()
                                    .setResource(resource)
                                    .addScopeMetrics(one)),
                            rules));
                }
                scopes.addScopeMetrics(metrics);
            }
            together.addResourceMetrics(scopes);
        }
        assertThat(decode(together.build(), rules)).as("seed " + seed).isEqualTo(alone);
    }

    @Test
    void values_of_attributes_count_each_time() {
        Gauge.Builder gauge = Gauge.newBuilder();
        for (int i = 0; i < 4; i++) {
            gauge.addDataPoints(NumberDataPoint.newBuilder().setTimeUnixNano(1).addAttributes(PAIRS.get(0)));
        }
        ExportMetricsServiceRequest request = request(ResourceMetrics.newBuilder()
                .addScopeMetrics(ScopeMetrics.newBuilder()
                        .addMetrics(Metric.newBuilder().setName("m").setGauge(gauge))));
        OtlpMetrics.Rules rules = OtlpMetrics.Rules.ofDefaults();
        IngestLimits enough = new IngestLimits(1000, 10, 4, 10, 100, 100, 100, 100, 100, 100);
        IngestLimits few = new IngestLimits(1000, 10, 3, 10, 100, 100, 100, 100, 100, 100);
        assertThat(decode(request, rules.with(enough))).hasSize(4);
        assertThatThrownBy(() -> decode(request, rules.with(few)))
                .isInstanceOf(BodyTooLargeException.class)
                .hasMessageContaining("ingest.maxAttributeValues is 3");
    }
}
