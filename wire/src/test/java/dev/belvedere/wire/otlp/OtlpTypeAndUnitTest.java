package dev.belvedere.wire.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.Exemplar;
import dev.belvedere.model.metrics.MetricMetadata;
import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.wire.IngestLimits;
import dev.belvedere.wire.Rejections;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.metrics.v1.AggregationTemporality;
import io.opentelemetry.proto.metrics.v1.ExponentialHistogram;
import io.opentelemetry.proto.metrics.v1.ExponentialHistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.Gauge;
import io.opentelemetry.proto.metrics.v1.Histogram;
import io.opentelemetry.proto.metrics.v1.HistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.metrics.v1.ResourceMetrics;
import io.opentelemetry.proto.metrics.v1.ScopeMetrics;
import io.opentelemetry.proto.metrics.v1.Sum;
import io.opentelemetry.proto.metrics.v1.Summary;
import io.opentelemetry.proto.metrics.v1.SummaryDataPoint;
import io.opentelemetry.proto.resource.v1.Resource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OtlpTypeAndUnitTest {

    private static final AggregationTemporality CUMULATIVE = AggregationTemporality.AGGREGATION_TEMPORALITY_CUMULATIVE;
    private static final AggregationTemporality DELTA = AggregationTemporality.AGGREGATION_TEMPORALITY_DELTA;
    private static final OtlpMetrics.Rules RULES =
            OtlpMetrics.Rules.ofDefaults().withTypeAndUnit();
    private static final long AT = 5_000_000;

    private final List<String> series = new ArrayList<>();
    private Rejections rejections = new Rejections();

    private void decode(OtlpMetrics.Rules rules, Metric.Builder... metrics) {
        ScopeMetrics.Builder scope = ScopeMetrics.newBuilder();
        for (Metric.Builder metric : metrics) {
            scope.addMetrics(metric);
        }
        byte[] body = ExportMetricsServiceRequest.newBuilder()
                .addResourceMetrics(ResourceMetrics.newBuilder()
                        .setResource(Resource.newBuilder()
                                .addAttributes(OtlpMetricsTest.attribute("service.name", "s"))
                                .addAttributes(OtlpMetricsTest.attribute("zone", "z")))
                        .addScopeMetrics(scope))
                .build()
                .toByteArray();
        rejections = OtlpMetrics.decode(body, body.length, rules, new MetricSink() {
            @Override
            public void sample(Labels labels, long timestampMillis, long startMillis, double value) {
                series.add(labels.without(List.of("job")).toString());
            }

            @Override
            public void histogram(Labels labels, long timestampMillis, long startMillis, NativeHistogram histogram) {
                series.add(labels.without(List.of("job")).toString());
            }

            @Override
            public void exemplar(Labels of, Exemplar exemplar) {
                throw new AssertionError(of);
            }

            @Override
            public void metadata(String metricFamily, MetricMetadata metadata) {
                // Told as without the labels.
            }
        });
    }

    private static NumberDataPoint.Builder point(KeyValue... attributes) {
        return NumberDataPoint.newBuilder().setTimeUnixNano(AT).addAllAttributes(List.of(attributes));
    }

    private static Metric.Builder gauge(String name, String unit, KeyValue... attributes) {
        return Metric.newBuilder()
                .setName(name)
                .setUnit(unit)
                .setGauge(Gauge.newBuilder().addDataPoints(point(attributes)));
    }

    private static Metric.Builder sum(String name, AggregationTemporality temporality, boolean isMonotonic) {
        return Metric.newBuilder()
                .setName(name)
                .setUnit("By")
                .setSum(Sum.newBuilder()
                        .setAggregationTemporality(temporality)
                        .setIsMonotonic(isMonotonic)
                        .addDataPoints(point()));
    }

    @Test
    void every_series_of_a_metric_has_its_type_and_unit_and_target_info_has_none() {
        decode(
                RULES,
                gauge("g", "s"),
                sum("c", CUMULATIVE, true),
                sum("up_and_down", CUMULATIVE, false),
                sum("steps", DELTA, true),
                Metric.newBuilder()
                        .setName("h")
                        .setUnit("m/s")
                        .setHistogram(Histogram.newBuilder()
                                .setAggregationTemporality(CUMULATIVE)
                                .addDataPoints(HistogramDataPoint.newBuilder()
                                        .setTimeUnixNano(AT)
                                        .setSum(1))),
                Metric.newBuilder()
                        .setName("e")
                        .setExponentialHistogram(ExponentialHistogram.newBuilder()
                                .setAggregationTemporality(CUMULATIVE)
                                .addDataPoints(ExponentialHistogramDataPoint.newBuilder()
                                        .setTimeUnixNano(AT))),
                Metric.newBuilder()
                        .setName("q")
                        .setSummary(Summary.newBuilder()
                                .addDataPoints(SummaryDataPoint.newBuilder()
                                        .setTimeUnixNano(AT)
                                        .addQuantileValues(SummaryDataPoint.ValueAtQuantile.newBuilder()
                                                .setQuantile(0.5)))));
        String speed = "__type__=\"histogram\", __unit__=\"meters_per_second\"";
        assertThat(series)
                .containsExactly(
                        "g_seconds{__type__=\"gauge\", __unit__=\"seconds\"}",
                        "c_bytes_total{__type__=\"counter\", __unit__=\"bytes\"}",
                        "up_and_down_bytes{__type__=\"gauge\", __unit__=\"bytes\"}",
                        "steps_bytes_total{__type__=\"counter\", __unit__=\"bytes\"}",
                        "h_meters_per_second_sum{" + speed + "}",
                        "h_meters_per_second_count{" + speed + "}",
                        "h_meters_per_second_bucket{" + speed + ", le=\"+Inf\"}",
                        "e{__type__=\"histogram\"}",
                        "q_sum{__type__=\"summary\"}",
                        "q_count{__type__=\"summary\"}",
                        "q{__type__=\"summary\", quantile=\"0.5\"}",
                        "target_info{zone=\"z\"}");
    }

    @Test
    void attributes_of_these_names_give_way_to_what_is_told_and_stay_where_nothing_is() {
        KeyValue type = OtlpMetricsTest.attribute("__type__", "mine");
        KeyValue unit = OtlpMetricsTest.attribute("__unit__", "mine");
        decode(RULES, gauge("a", "s", type, unit), gauge("b", "", type, unit), gauge("c", "1", type, unit));
        assertThat(series)
                .startsWith(
                        "a_seconds{__type__=\"gauge\", __unit__=\"seconds\"}",
                        "b{__type__=\"gauge\", __unit__=\"mine\"}",
                        "c_ratio{__type__=\"gauge\", __unit__=\"mine\"}");
        series.clear();
        decode(OtlpMetrics.Rules.ofDefaults(), gauge("a", "s", type), gauge("b", "s"));
        assertThat(series).startsWith("a_seconds{__type__=\"mine\"}", "b_seconds");
    }

    @ParameterizedTest
    @CsvSource({"s,seconds", "By/m,bytes_per_minute", "{requests},", "{requests}/s,per_second", "m²,meters", "a.b,a_b"})
    void a_unit_is_escaped_also_where_names_are_not(String unit, String label) {
        OtlpOptions options = new OtlpOptions(
                OtlpOptions.TranslationStrategy.NO_TRANSLATION,
                false,
                Set.of(),
                Set.of(),
                false,
                false,
                false,
                true,
                true);
        decode(RULES.with(options), gauge("x", unit));
        String expected = label == null ? "" : ", __unit__=\"" + label + "\"";
        assertThat(series.getFirst()).isEqualTo("x{__type__=\"gauge\"" + expected + "}");
    }

    @Test
    void a_unit_that_is_longer_than_a_label_may_be_costs_its_metric() {
        String unit = "u".repeat(IngestLimits.DEFAULT.maxLabelValueBytes() + 1);
        decode(RULES, gauge("a", unit), gauge("b", ""));
        assertThat(rejections.sentence("points"))
                .contains("the unit of the metric a has " + unit.length() + " characters", "ingest.maxLabelValueBytes");
        assertThat(series).startsWith("b{__type__=\"gauge\"}");
    }
}
