package dev.belvedere.wire.otlp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.Exemplar;
import dev.belvedere.model.metrics.MetricMetadata;
import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.model.metrics.SampleValues;
import dev.belvedere.wire.BodyTooLargeException;
import dev.belvedere.wire.IngestLimits;
import dev.belvedere.wire.Rejections;
import dev.belvedere.wire.WireFormatException;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.InstrumentationScope;
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
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class OtlpMetricsTest {

    private static final long MILLI = 1_000_000;
    private static final AggregationTemporality CUMULATIVE = AggregationTemporality.AGGREGATION_TEMPORALITY_CUMULATIVE;

    private static final OtlpMetrics.Rules RULES = OtlpMetrics.Rules.ofDefaults();

    private final List<String> events = new ArrayList<>();
    private final List<NativeHistogram> histograms = new ArrayList<>();
    private Rejections rejections = new Rejections();

    private final MetricSink sink = new MetricSink() {
        @Override
        public void sample(Labels labels, long timestampMillis, long startMillis, double value) {
            String text = SampleValues.isStale(value) ? "stale" : Double.toString(value);
            events.add(labels + " " + text + "@" + timestampMillis + (startMillis == 0 ? "" : " from " + startMillis));
        }

        @Override
        public void histogram(Labels labels, long timestampMillis, long startMillis, NativeHistogram histogram) {
            histograms.add(histogram);
            events.add(labels + " histogram@" + timestampMillis + (startMillis == 0 ? "" : " from " + startMillis));
        }

        @Override
        public void exemplar(Labels series, Exemplar exemplar) {
            events.add("exemplar of " + series + ": " + exemplar.labels() + " " + exemplar.value() + "@"
                    + exemplar.timestampMillis());
        }

        @Override
        public void metadata(String metricFamily, MetricMetadata metadata) {
            events.add(metricFamily + " " + metadata.type() + " " + metadata.unit() + " " + metadata.help());
        }
    };

    static KeyValue attribute(String key, String value) {
        return KeyValue.newBuilder()
                .setKey(key)
                .setValue(AnyValue.newBuilder().setStringValue(value))
                .build();
    }

    private static ExportMetricsServiceRequest request(Metric.Builder... metrics) {
        ScopeMetrics.Builder scope = ScopeMetrics.newBuilder()
                .setScope(InstrumentationScope.newBuilder().setName("lib").setVersion("2"))
                .setSchemaUrl("http://schema");
        for (Metric.Builder metric : metrics) {
            scope.addMetrics(metric);
        }
        Resource resource = Resource.newBuilder()
                .addAttributes(attribute("service.name", "api"))
                .addAttributes(attribute("service.namespace", "shop"))
                .addAttributes(attribute("service.instance.id", "i-1"))
                .build();
        return ExportMetricsServiceRequest.newBuilder()
                .addResourceMetrics(
                        ResourceMetrics.newBuilder().setResource(resource).addScopeMetrics(scope))
                .build();
    }

    private void decode(ExportMetricsServiceRequest request, OtlpOptions options) {
        byte[] body = request.toByteArray();
        rejections = OtlpMetrics.decode(body, body.length, RULES.with(options), sink);
    }

    private void decode(Metric.Builder... metrics) {
        decode(request(metrics), OtlpOptions.DEFAULT);
    }

    private static NumberDataPoint.Builder number(double value) {
        return NumberDataPoint.newBuilder()
                .setTimeUnixNano(5000 * MILLI)
                .setStartTimeUnixNano(1000 * MILLI)
                .setAsDouble(value);
    }

    private static Metric.Builder gauge(String name, String unit, NumberDataPoint.Builder point) {
        return Metric.newBuilder()
                .setName(name)
                .setUnit(unit)
                .setGauge(Gauge.newBuilder().addDataPoints(point));
    }

    private static Metric.Builder counter(String name, String unit, NumberDataPoint.Builder point) {
        return Metric.newBuilder()
                .setName(name)
                .setUnit(unit)
                .setSum(Sum.newBuilder()
                        .setIsMonotonic(true)
                        .setAggregationTemporality(CUMULATIVE)
                        .addDataPoints(point));
    }

    private static final String ID = "instance=\"i-1\", job=\"shop/api\"";

    @Test
    void numbers_get_prometheus_names_and_the_identity_of_their_service() {
        decode(
                gauge("gpu.temp", "Cel", number(70).addAttributes(attribute("gpu.id", "0"))),
                counter("http.requests", "{request}", number(3)),
                Metric.newBuilder()
                        .setName("queue.size")
                        .setDescription("Waiting.")
                        .setSum(Sum.newBuilder()
                                .setAggregationTemporality(CUMULATIVE)
                                .addDataPoints(NumberDataPoint.newBuilder()
                                        .setTimeUnixNano(5000 * MILLI)
                                        .setAsInt(-4))));
        assertThat(events)
                .containsExactly(
                        "gpu_temp_celsius GAUGE celsius ",
                        "gpu_temp_celsius{gpu_id=\"0\", " + ID + "} 70.0@5000",
                        "http_requests_total COUNTER  ",
                        "http_requests_total{" + ID + "} 3.0@5000 from 1000",
                        "queue_size GAUGE  Waiting.",
                        "queue_size{" + ID + "} -4.0@5000");
        assertThat(rejections.isEmpty()).isTrue();
    }

    @Test
    void names_follow_the_rules_of_units_and_types() {
        MetricNames names = new MetricNames(with(OtlpOptions.TranslationStrategy.UNDERSCORE_ESCAPING_WITH_SUFFIXES));
        assertThat(names.metric("system.io", "By", MetricNames.Kind.COUNTER)).hasValue("system_io_bytes_total");
        assertThat(names.metric("a_total.b", "s", MetricNames.Kind.COUNTER)).hasValue("a_b_seconds_total");
        assertThat(names.metric("ram.ratio.used", "1", MetricNames.Kind.GAUGE)).hasValue("ram_used_ratio");
        assertThat(names.metric("speed", "m/s", MetricNames.Kind.GAUGE)).hasValue("speed_meters_per_second");
        assertThat(names.metric("speed", "{x}/s", MetricNames.Kind.GAUGE)).hasValue("speed_per_second");
        assertThat(names.metric("broken_seconds", "s", MetricNames.Kind.OTHER)).hasValue("broken_seconds");
        assertThat(names.metric("a__b..c", "", MetricNames.Kind.OTHER)).hasValue("a_b_c");
        assertThat(names.metric("1st", "", MetricNames.Kind.OTHER)).hasValue("_1st");
        assertThat(names.metric("x", "my_unit/foo__", MetricNames.Kind.OTHER)).hasValue("x_my_unit_per_foo");
        assertThat(names.metric("::", "", MetricNames.Kind.OTHER)).hasValue("::");
        assertThat(names.metric("...", "", MetricNames.Kind.OTHER)).isEmpty();
        assertThat(names.label("http.status_code")).isEqualTo("http_status_code");
        assertThat(names.label("1st")).isEqualTo("key_1st");
        assertThat(names.label("_a")).isEqualTo("key_a");
        assertThat(names.label("__a")).isEqualTo("__a");
        assertThat(names.label("a:b")).isEqualTo("a_b");
        assertThat(names.label("é")).isEmpty();
        MetricNames utf8 = new MetricNames(with(OtlpOptions.TranslationStrategy.NO_UTF8_ESCAPING_WITH_SUFFIXES));
        assertThat(utf8.metric("http.req", "s", MetricNames.Kind.COUNTER)).hasValue("http.req_seconds_total");
        assertThat(utf8.label("http.req")).isEqualTo("http.req");
        MetricNames plain = new MetricNames(with(OtlpOptions.TranslationStrategy.NO_TRANSLATION));
        assertThat(plain.metric("http.req", "s", MetricNames.Kind.COUNTER)).hasValue("http.req");
        MetricNames short_ =
                new MetricNames(with(OtlpOptions.TranslationStrategy.UNDERSCORE_ESCAPING_WITHOUT_SUFFIXES));
        assertThat(short_.metric("http.req_x", "s", MetricNames.Kind.COUNTER)).hasValue("http_req_x");
    }

    private static OtlpOptions with(OtlpOptions.TranslationStrategy strategy) {
        return new OtlpOptions(strategy, false, Set.of(), Set.of(), false, false, false, true, true);
    }

    private static MetricNames names(boolean sanitizesLeading, boolean preservesMultiple) {
        return new MetricNames(new OtlpOptions(
                OtlpOptions.DEFAULT.translationStrategy(),
                false,
                Set.of(),
                Set.of(),
                false,
                false,
                false,
                sanitizesLeading,
                preservesMultiple));
    }

    @Test
    void underscores_of_label_names_follow_the_options() {
        assertThat(names(true, true).label("a.&b__c")).isEqualTo("a__b__c");
        assertThat(names(true, false).label("a.&b__c")).isEqualTo("a_b_c");
        assertThat(names(false, false).label("字符x__")).isEqualTo("_x_");
        assertThat(names(true, false).label("__reserved__name__")).isEqualTo("__reserved_name__");
        assertThat(names(true, false).label("__a")).isEqualTo("key_a");
        assertThat(names(false, true).label("_a")).isEqualTo("_a");
        assertThat(names(true, true).label("_a")).isEqualTo("key_a");
        assertThat(names(false, false).label("1st")).isEqualTo("key_1st");
        assertThat(names(false, true).label("__")).isEmpty();
    }

    @Test
    void attributes_that_become_the_same_label_are_joined() {
        decode(gauge("m", "", number(1).addAttributes(attribute("a_b", "2")).addAttributes(attribute("a.b", "1"))));
        assertThat(events).contains("m{a_b=\"1;2\", " + ID + "} 1.0@5000");
    }

    @Test
    void a_classic_histogram_becomes_buckets_sum_and_count_with_exemplars() {
        HistogramDataPoint.Builder point = HistogramDataPoint.newBuilder()
                .setTimeUnixNano(5000 * MILLI)
                .setCount(6)
                .setSum(12.5)
                .addBucketCounts(1)
                .addBucketCounts(2)
                .addBucketCounts(3)
                .addExplicitBounds(0.005)
                .addExplicitBounds(1_000_000)
                .addExemplars(io.opentelemetry.proto.metrics.v1.Exemplar.newBuilder()
                        .setTimeUnixNano(4000 * MILLI)
                        .setAsDouble(3)
                        .setTraceId(ByteString.fromHex("0af7651916cd43dd8448eb211c80319c"))
                        .addFilteredAttributes(attribute("user", "u")));
        decode(Metric.newBuilder()
                .setName("wait")
                .setUnit("s")
                .setHistogram(Histogram.newBuilder()
                        .setAggregationTemporality(CUMULATIVE)
                        .addDataPoints(point)));
        assertThat(events)
                .containsExactly(
                        "wait_seconds HISTOGRAM seconds ",
                        "wait_seconds_sum{" + ID + "} 12.5@5000",
                        "wait_seconds_count{" + ID + "} 6.0@5000",
                        "wait_seconds_bucket{" + ID + ", le=\"0.005\"} 1.0@5000",
                        "wait_seconds_bucket{" + ID + ", le=\"1000000\"} 3.0@5000",
                        "exemplar of wait_seconds_bucket{" + ID
                                + ", le=\"1000000\"}: {trace_id=\"0af7651916cd43dd8448eb211c80319c\", user=\"u\"}"
                                + " 3.0@4000",
                        "wait_seconds_bucket{" + ID + ", le=\"+Inf\"} 6.0@5000");
    }

    @Test
    void a_classic_histogram_can_be_kept_as_one_with_custom_bounds() {
        HistogramDataPoint.Builder point = HistogramDataPoint.newBuilder()
                .setTimeUnixNano(5000 * MILLI)
                .setCount(6)
                .setSum(12.5)
                .addAllBucketCounts(List.of(0L, 2L, 4L))
                .addAllExplicitBounds(List.of(1.0, 2.0));
        OtlpOptions options = new OtlpOptions(
                OtlpOptions.DEFAULT.translationStrategy(), false, Set.of(), Set.of(), false, true, false, true, true);
        decode(
                request(Metric.newBuilder()
                        .setName("wait")
                        .setHistogram(Histogram.newBuilder()
                                .setAggregationTemporality(CUMULATIVE)
                                .addDataPoints(point))),
                options);
        assertThat(histograms.getFirst().customBounds()).containsExactly(1, 2);
        assertThat(histograms.getFirst().positiveSpans()).containsExactly(1, 2);
        assertThat(histograms.getFirst().positiveCounts()).containsExactly(2, 4);
    }

    @Test
    void an_exponential_histogram_becomes_a_native_one() {
        ExponentialHistogramDataPoint.Builder point = ExponentialHistogramDataPoint.newBuilder()
                .setTimeUnixNano(5000 * MILLI)
                .setStartTimeUnixNano(1000 * MILLI)
                .setCount(12)
                .setSum(33)
                .setScale(2)
                .setZeroCount(1)
                .setZeroThreshold(0.25);
        point.getPositiveBuilder().setOffset(-3).addAllBucketCounts(List.of(0L, 1L, 0L, 0L, 2L, 0L, 0L, 0L, 5L, 0L));
        point.getNegativeBuilder().setOffset(4).addBucketCounts(3);
        decode(exponential(point));
        NativeHistogram histogram = histograms.getFirst();
        assertThat(events).contains("size{" + ID + "} histogram@5000 from 1000");
        assertThat(histogram.schema()).isEqualTo(2);
        assertThat(histogram.zeroThreshold()).isEqualTo(0.25);
        assertThat(histogram.positiveSpans()).containsExactly(-1, 4, 3, 1);
        assertThat(histogram.positiveCounts()).containsExactly(1, 0, 0, 2, 5);
        assertThat(histogram.negativeSpans()).containsExactly(5, 1);
        assertThat(histogram.negativeCounts()).containsExactly(3);
    }

    private static Metric.Builder exponential(ExponentialHistogramDataPoint.Builder point) {
        return Metric.newBuilder()
                .setName("size")
                .setExponentialHistogram(ExponentialHistogram.newBuilder()
                        .setAggregationTemporality(CUMULATIVE)
                        .addDataPoints(point));
    }

    @Test
    void a_finer_scale_is_merged_and_a_coarser_one_refused() {
        ExponentialHistogramDataPoint.Builder point = ExponentialHistogramDataPoint.newBuilder()
                .setTimeUnixNano(5000 * MILLI)
                .setCount(15)
                .setScale(10);
        point.getPositiveBuilder().setOffset(-5).addAllBucketCounts(List.of(1L, 2L, 3L, 4L, 5L));
        decode(exponential(point));
        assertThat(histograms.getFirst().schema()).isEqualTo(8);
        assertThat(histograms.getFirst().positiveSpans()).containsExactly(-1, 2);
        assertThat(histograms.getFirst().positiveCounts()).containsExactly(1, 14);
        decode(exponential(point.setScale(-5)));
        assertThat(rejections.count()).isEqualTo(1);
        assertThat(rejections.firstReason()).contains("the least is -4");
    }

    @Test
    void the_upper_bounds_of_native_buckets_are_those_of_the_exponential_ones() {
        long seed = Long.getLong("seed", System.nanoTime());
        Random random = new Random(seed);
        for (int i = 0; i < 200; i++) {
            int scale = random.nextInt(14) - 4;
            int offset = random.nextInt(200) - 100;
            List<Long> counts = new ArrayList<>();
            for (int k = random.nextInt(30); k >= 0; k--) {
                counts.add((long) random.nextInt(3));
            }
            ExponentialHistogramDataPoint.Builder point = ExponentialHistogramDataPoint.newBuilder()
                    .setTimeUnixNano(5000 * MILLI)
                    .setScale(scale);
            point.getPositiveBuilder().setOffset(offset).addAllBucketCounts(counts);
            histograms.clear();
            decode(exponential(point));
            NativeHistogram histogram = histograms.getFirst();
            int at = 0;
            int index = 0;
            for (int s = 0; s < histogram.positiveSpans().length; s += 2) {
                index += histogram.positiveSpans()[s];
                for (int k = 0; k < histogram.positiveSpans()[s + 1]; k++, index++) {
                    // Exponents to the base 2: the bounds themselves leave the range of doubles.
                    double bound = index * Math.pow(2, -histogram.schema());
                    double below = (index - 1) * Math.pow(2, -histogram.schema());
                    double expected = 0;
                    for (int j = 0; j < counts.size(); j++) {
                        double middle = (offset + j + 0.5) * Math.pow(2, -scale);
                        expected += middle > below && middle <= bound ? counts.get(j) : 0;
                    }
                    assertThat(histogram.positiveCounts()[at++])
                            .as("seed %d", seed)
                            .isEqualTo(expected);
                }
            }
            double sum = 0;
            for (double count : histogram.positiveCounts()) {
                sum += count;
            }
            assertThat(sum)
                    .as("seed %d", seed)
                    .isEqualTo(counts.stream().mapToLong(Long::longValue).sum());
        }
    }

    @Test
    void a_summary_becomes_quantiles_sum_and_count() {
        decode(Metric.newBuilder()
                .setName("gc")
                .setSummary(Summary.newBuilder()
                        .addDataPoints(SummaryDataPoint.newBuilder()
                                .setTimeUnixNano(5000 * MILLI)
                                .setCount(2)
                                .setSum(3)
                                .addQuantileValues(SummaryDataPoint.ValueAtQuantile.newBuilder()
                                        .setQuantile(0.99)
                                        .setValue(1.5)))));
        assertThat(events)
                .containsExactly(
                        "gc SUMMARY  ",
                        "gc_sum{" + ID + "} 3.0@5000",
                        "gc_count{" + ID + "} 2.0@5000",
                        "gc{" + ID + ", quantile=\"0.99\"} 1.5@5000");
    }

    @Test
    void a_point_without_recorded_value_is_a_stale_marker() {
        decode(
                gauge("m", "", number(1).setFlags(1)),
                exponential(ExponentialHistogramDataPoint.newBuilder()
                        .setTimeUnixNano(5000 * MILLI)
                        .setFlags(1)));
        assertThat(events).contains("m{" + ID + "} stale@5000");
        assertThat(histograms).containsExactly(NativeHistogram.STALE);
    }

    @Test
    void a_sum_without_temporality_is_refused_and_the_rest_is_taken() {
        decode(
                Metric.newBuilder()
                        .setName("d")
                        .setSum(Sum.newBuilder()
                                .setIsMonotonic(true)
                                .addDataPoints(number(1))
                                .addDataPoints(number(2))),
                gauge("m", "", number(1)));
        assertThat(rejections.count()).isEqualTo(2);
        assertThat(rejections.firstReason()).contains("the metric d does not say whether it is cumulative");
        assertThat(events).contains("m{" + ID + "} 1.0@5000");
    }

    @Test
    void resource_and_scope_are_promoted_as_the_options_say() {
        ExportMetricsServiceRequest.Builder request = request(gauge("m", "", number(1))).toBuilder();
        request.getResourceMetricsBuilder(0)
                .getResourceBuilder()
                .addAttributes(attribute("k8s.pod.name", "pod-1"))
                .addAttributes(attribute("host.name", "h"));
        decode(
                request.build(),
                new OtlpOptions(
                        OtlpOptions.DEFAULT.translationStrategy(),
                        false,
                        Set.of("k8s.pod.name"),
                        Set.of(),
                        true,
                        false,
                        true,
                        true,
                        true));
        assertThat(events)
                .contains("m{" + ID + ", k8s_pod_name=\"pod-1\", otel_scope_name=\"lib\","
                        + " otel_scope_schema_url=\"http://schema\", otel_scope_version=\"2\"} 1.0@5000")
                .contains("target_info{host_name=\"h\", " + ID + ", k8s_pod_name=\"pod-1\","
                        + " service_instance_id=\"i-1\", service_name=\"api\", service_namespace=\"shop\"} 1.0@5000");
    }

    @Test
    void the_scope_itself_stands_above_its_attributes_and_the_last_of_equal_promoted_names_counts() {
        ExportMetricsServiceRequest.Builder request = request(gauge("m", "", number(1))).toBuilder();
        ResourceMetrics.Builder resource = request.getResourceMetricsBuilder(0);
        resource.getResourceBuilder()
                .addAttributes(attribute("k8s.pod.name", "pod-1"))
                .addAttributes(attribute("k8s_pod_name", "pod-2"));
        resource.getScopeMetricsBuilder(0)
                .getScopeBuilder()
                .addAttributes(attribute("name", "other"))
                .addAttributes(attribute("team", "t"));
        decode(
                request.build(),
                new OtlpOptions(
                        OtlpOptions.DEFAULT.translationStrategy(),
                        true,
                        Set.of(),
                        Set.of("service.name", "service.namespace", "service.instance.id"),
                        false,
                        false,
                        true,
                        true,
                        true));
        assertThat(events)
                .contains("m{" + ID + ", k8s_pod_name=\"pod-2\", otel_scope_name=\"lib\","
                        + " otel_scope_schema_url=\"http://schema\", otel_scope_team=\"t\","
                        + " otel_scope_version=\"2\"} 1.0@5000");
    }

    @Test
    void a_resource_may_be_identified_by_plain_job_and_instance() {
        ExportMetricsServiceRequest.Builder request = request(gauge("m", "", number(1))).toBuilder();
        request.getResourceMetricsBuilder(0)
                .getResourceBuilder()
                .clearAttributes()
                .addAttributes(attribute("job", "j"))
                .addAttributes(attribute("host.name", "h"));
        decode(request.build(), OtlpOptions.DEFAULT);
        assertThat(events).contains("target_info{host_name=\"h\", job=\"j\"} 1.0@5000");
    }

    @Test
    void target_info_is_written_over_the_time_of_the_request() {
        ExportMetricsServiceRequest.Builder request =
                request(gauge("m", "", number(1)), gauge("n", "", number(1).setTimeUnixNano(400_000 * MILLI)))
                        .toBuilder();
        request.getResourceMetricsBuilder(0).getResourceBuilder().addAttributes(attribute("host.name", "h"));
        decode(request.build(), OtlpOptions.DEFAULT);
        String series = "target_info{host_name=\"h\", " + ID + "} 1.0@";
        assertThat(events).contains(series + "5000", series + "155000", series + "305000", series + "400000");
    }

    @Test
    void what_the_writer_wrote_keeps_its_names() {
        dev.belvedere.model.metrics.MetricFamily family = new dev.belvedere.model.metrics.MetricFamily(
                "node_cpu_seconds_total",
                dev.belvedere.model.metrics.MetricType.COUNTER,
                "seconds",
                "Help.",
                List.of(new dev.belvedere.model.metrics.MetricFamily.Point(
                        "node_cpu_seconds_total", Labels.of("cpu", "0"), 5)));
        byte[] body = OtlpMetricsWriter.write(
                dev.belvedere.model.events.Resource.EMPTY,
                dev.belvedere.model.events.Scope.EMPTY,
                List.of(family),
                5000 * MILLI,
                0);
        OtlpMetrics.decode(body, body.length, RULES, sink);
        assertThat(events).contains("node_cpu_seconds_total{cpu=\"0\"} 5.0@5000");
    }

    @Test
    void json_means_what_protobuf_means() throws InvalidProtocolBufferException {
        ExponentialHistogramDataPoint.Builder exponential = ExponentialHistogramDataPoint.newBuilder()
                .setTimeUnixNano(5000 * MILLI)
                .setCount(3)
                .setScale(-1);
        exponential.getPositiveBuilder().setOffset(-2).addBucketCounts(3);
        ExportMetricsServiceRequest request = request(
                counter("c", "s", number(Double.POSITIVE_INFINITY).addAttributes(attribute("a", "é"))),
                exponential(exponential));
        decode(request, OtlpOptions.DEFAULT);
        List<String> expected = List.copyOf(events);
        events.clear();
        byte[] json = JsonFormat.printer().print(request).getBytes(StandardCharsets.UTF_8);
        byte[] body = OtlpJson.metrics(json, json.length, IngestLimits.DEFAULT);
        OtlpMetrics.decode(body, body.length, RULES, sink);
        assertThat(events).isEqualTo(expected);
        assertThat(histograms.get(0)).isEqualTo(histograms.get(1));
    }

    @Test
    void wrong_points_cost_only_themselves() {
        decode(
                gauge("m", "", NumberDataPoint.newBuilder().setAsDouble(1)),
                gauge("m", "", number(1).addAttributes(attribute("a", "x".repeat(5000)))),
                gauge("...", "", number(1)),
                gauge("m", "", number(2)));
        assertThat(rejections.count()).isEqualTo(3);
        assertThat(rejections.firstReason()).isEqualTo("a data point of m has no time");
        assertThat(events).contains("m{" + ID + "} 2.0@5000");
    }

    @Test
    void too_many_points_and_broken_bodies_end_the_request() {
        Gauge.Builder many = Gauge.newBuilder();
        for (int i = 0; i < 20; i++) {
            many.addDataPoints(number(i));
        }
        byte[] body = request(Metric.newBuilder().setName("m").setGauge(many)).toByteArray();
        IngestLimits few = new IngestLimits(1000, 10, 100, 10, 100, 100, 100, 100, 100, 100);
        assertThatThrownBy(() -> OtlpMetrics.decode(body, body.length, RULES.with(few), sink))
                .isInstanceOf(BodyTooLargeException.class)
                .hasMessageContaining("ingest.maxRecords is 10");
        assertThatThrownBy(() -> OtlpMetrics.decode(body, body.length - 1, RULES, sink))
                .isInstanceOf(WireFormatException.class);
    }
}
