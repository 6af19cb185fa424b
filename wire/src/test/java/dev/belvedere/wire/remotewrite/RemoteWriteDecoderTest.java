package dev.belvedere.wire.remotewrite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.Exemplar;
import dev.belvedere.model.metrics.MetricMetadata;
import dev.belvedere.model.metrics.MetricType;
import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.model.metrics.ResetHint;
import dev.belvedere.model.metrics.SampleValues;
import dev.belvedere.wire.IngestLimits;
import dev.belvedere.wire.WireFormatException;
import dev.belvedere.wire.compression.UnpackedBody;
import dev.belvedere.wire.protobuf.ProtoMessage;
import java.util.List;
import org.junit.jupiter.api.Test;

class RemoteWriteDecoderTest {

    private final RecordingSink sink = new RecordingSink();
    private final RemoteWriteDecoder decoder = new RemoteWriteDecoder(IngestLimits.DEFAULT);

    static ProtoMessage label(String name, String value) {
        return new ProtoMessage().string(1, name).string(2, value);
    }

    static ProtoMessage sample(double value, long timestampMillis) {
        return new ProtoMessage().float64(1, value).int64(2, timestampMillis);
    }

    private List<String> decode(ProtoMessage request) {
        byte[] body = request.toByteArray();
        decoder.decode(body, body.length, sink);
        return sink.events;
    }

    private List<String> decodeSeries(ProtoMessage series) {
        return decode(new ProtoMessage().message(1, series));
    }

    @Test
    void series_samples_exemplars_and_metadata_are_read() {
        ProtoMessage series = new ProtoMessage()
                .message(1, label("__name__", "up"))
                .message(1, label("job", "é"))
                .message(2, sample(1.5, 1000))
                .message(2, sample(2.5, -2000))
                .message(
                        3,
                        new ProtoMessage()
                                .message(1, label("trace_id", "abc"))
                                .float64(2, 7)
                                .int64(3, 999));
        ProtoMessage request = new ProtoMessage()
                .message(1, series)
                .message(
                        3,
                        new ProtoMessage()
                                .int64(1, 1)
                                .string(2, "up")
                                .string(4, "Help")
                                .string(5, "s"));
        assertThat(decode(request))
                .containsExactly(
                        "up{job=\"é\"}",
                        "1.5 @1000",
                        "2.5 @-2000",
                        "exemplar {trace_id=\"abc\"} 7.0 @999",
                        "up MetricMetadata[type=COUNTER, unit=s, help=Help]");
    }

    @Test
    void labels_in_any_order_and_encoding_are_one_series() {
        String longValue = "v".repeat(300);
        assertThat(decodeSeries(new ProtoMessage()
                        .message(2, sample(1, 1))
                        .message(1, label("z", longValue))
                        .message(1, new ProtoMessage().string(2, "up").string(1, "__name__"))
                        .message(1, label("empty", ""))
                        .message(1, label("a", "b"))))
                .containsExactly("up{a=\"b\", z=\"" + longValue + "\"}", "1.0 @1");
    }

    @Test
    void wrong_labels_are_told_and_their_samples_still_follow() {
        assertThat(decodeSeries(new ProtoMessage()
                        .message(1, label("__name__", "up"))
                        .message(1, label("a", "1"))
                        .message(1, label("a", "2"))
                        .message(2, sample(1, 1))))
                .containsExactly("invalid: the series up{a=\"1\"} has the label name \"a\" twice", "1.0 @1");
        sink.events.clear();
        assertThat(decodeSeries(new ProtoMessage().message(1, label("a", "1"))))
                .containsExactly("invalid: the series {a=\"1\"} has no metric name");
        sink.events.clear();
        assertThat(decodeSeries(new ProtoMessage().message(1, label("", "1"))))
                .containsExactly("invalid: a label of the series {} has no name");
        sink.events.clear();
        assertThat(decodeSeries(new ProtoMessage()
                        .message(
                                1,
                                new ProtoMessage()
                                        .bytes(1, new byte[] {(byte) 0xc0, 0x41})
                                        .string(2, "x"))))
                .containsExactly("invalid: a label of the series {} is not valid UTF-8");
        sink.events.clear();
        assertThat(decodeSeries(new ProtoMessage()
                        .message(1, label("__name__", "up"))
                        .message(1, label("a", ""))
                        .message(1, label("a", "1"))))
                .containsExactly("invalid: the series up has the label name \"a\" twice");
        sink.events.clear();
        assertThat(decodeSeries(new ProtoMessage().message(1, label("a", "x".repeat(5000)))))
                .containsExactly(
                        "beyond a limit: a label value has 5000 bytes, the limit ingest.maxLabelValueBytes is 4096");
        sink.events.clear();
        ProtoMessage many = new ProtoMessage();
        for (int i = 0; i < 200; i++) {
            many.message(1, label("l" + i, "x"));
        }
        assertThat(decodeSeries(many))
                .containsExactly("beyond a limit: a series has 200 labels, the limit ingest.maxLabels is 128");
    }

    @Test
    void different_series_have_different_keys() {
        for (int i = 0; i < 2000; i++) {
            decodeSeries(new ProtoMessage().message(1, label("__name__", "m")).message(1, label("i", "" + i)));
            decodeSeries(
                    new ProtoMessage().message(1, label("__name__", "m" + i)).message(1, label("i", "")));
        }
        assertThat(sink.keys).hasSize(4000);
        assertThat(sink.keys.values()).doesNotHaveDuplicates();
    }

    @Test
    void stale_markers_stay_and_other_nans_are_one() {
        decodeSeries(new ProtoMessage()
                .message(1, label("__name__", "up"))
                .message(2, sample(SampleValues.STALE_NAN, 1))
                .message(2, sample(SampleValues.ABSENT, 2)));
        assertThat(sink.valueBits).containsExactly(SampleValues.STALE_NAN_BITS, SampleValues.NORMAL_NAN_BITS);
    }

    @Test
    void an_integer_histogram_becomes_absolute_counts() {
        ProtoMessage histogram = new ProtoMessage()
                .int64(1, 12)
                .float64(3, 100.5)
                .sint64(4, -1)
                .float64(5, 0.001)
                .int64(6, 2)
                .message(8, new ProtoMessage().sint64(1, -3).int64(2, 1))
                .packedSint64(9, 1)
                .message(11, new ProtoMessage().sint64(1, 0).int64(2, 2))
                .message(11, new ProtoMessage().sint64(1, 2).int64(2, 1))
                .packedSint64(12, 3, 1, -2)
                .int64(14, 3)
                .int64(15, 5000);
        assertThat(decodeSeries(
                        new ProtoMessage().message(1, label("__name__", "h")).message(4, histogram)))
                .containsExactly("h", "histogram @5000");
        assertThat(sink.histograms.getFirst())
                .isEqualTo(new NativeHistogram(
                        ResetHint.GAUGE,
                        -1,
                        0.001,
                        2,
                        12,
                        100.5,
                        new int[] {0, 2, 2, 1},
                        new double[] {3, 4, 2},
                        new int[] {-3, 1},
                        new double[] {1},
                        new double[0]));
    }

    @Test
    void a_histogram_of_a_finer_schema_is_made_coarser() {
        ProtoMessage histogram = new ProtoMessage()
                .int64(1, 15)
                .float64(3, 7)
                .sint64(4, 10)
                .float64(5, 0.001)
                .message(11, new ProtoMessage().sint64(1, 1).int64(2, 5))
                .packedSint64(12, 1, 1, 1, 1, 1)
                .int64(15, 5000);
        decodeSeries(new ProtoMessage().message(1, label("__name__", "h")).message(4, histogram));
        assertThat(sink.histograms.getFirst())
                .isEqualTo(new NativeHistogram(
                        ResetHint.UNKNOWN,
                        8,
                        0.001,
                        0,
                        15,
                        7,
                        new int[] {1, 2},
                        new double[] {10, 5},
                        new int[0],
                        new double[0],
                        new double[0]));
    }

    @Test
    void what_the_writer_wrote_comes_back() {
        NativeHistogram custom = new NativeHistogram(
                ResetHint.UNKNOWN,
                NativeHistogram.CUSTOM_BUCKETS,
                0,
                0,
                6,
                9.5,
                new int[] {0, 3},
                new double[] {1, 2, 3},
                new int[0],
                new double[0],
                new double[] {1, 5});
        RemoteWriteWriter writer = new RemoteWriteWriter();
        writer.add(Labels.of("__name__", "up", "job", "j"), 1000, 1);
        writer.add(Labels.of("__name__", "h"), 2000, custom);
        writer.addExemplar(Labels.of("__name__", "up"), new Exemplar(Labels.of("t", "1"), 3, 1500));
        writer.addMetadata("up", new MetricMetadata(MetricType.GAUGE, "", "Alive."));
        assertThat(writer.sampleCount()).isEqualTo(2);
        byte[] packed = writer.drain();
        UnpackedBody body = new UnpackedBody(1 << 20).unpack(packed, 0, packed.length, "snappy");
        decoder.decode(body.array(), body.length(), sink);
        assertThat(sink.events)
                .containsExactly(
                        "up{job=\"j\"}",
                        "1.0 @1000",
                        "h",
                        "histogram @2000",
                        "up",
                        "exemplar {t=\"1\"} 3.0 @1500",
                        "up MetricMetadata[type=GAUGE, unit=, help=Alive.]");
        assertThat(sink.histograms).containsExactly(custom);
        assertThat(writer.sampleCount()).isZero();
        assertThat(writer.sizeBytes()).isZero();
    }

    @Test
    void histograms_that_contradict_themselves_say_how() {
        assertInvalid(
                new ProtoMessage().int64(1, 5).packedSint64(12, 1), "positive spans name 0 buckets, but there are 1");
        assertInvalid(new ProtoMessage().sint64(4, 53), "schema 53 is neither");
        assertInvalid(
                new ProtoMessage()
                        .int64(1, 5)
                        .message(11, new ProtoMessage().sint64(1, 0).int64(2, 1))
                        .packedSint64(12, 3),
                "its buckets hold 3.0 observations, but its count is 5.0");
        assertInvalid(
                new ProtoMessage()
                        .float64(2, 5)
                        .message(11, new ProtoMessage().sint64(1, 0).int64(2, 1))
                        .packedDoubles(13, -1),
                "negative count -1.0");
        assertInvalid(
                new ProtoMessage()
                        .message(11, new ProtoMessage().sint64(1, 0).int64(2, 4_000_000_000L))
                        .packedDoubles(13, 1),
                "positive span 0 has the offset 0 and the length 4000000000");
        assertInvalid(
                new ProtoMessage().sint64(4, 1).packedDoubles(16, 1, 2),
                "custom bounds, but the schema of exponential ones: 1");
        assertInvalid(
                new ProtoMessage().sint64(4, -53).packedDoubles(16, 2, 1),
                "custom bounds are not finite and ascending: 1.0 comes after 2.0");
        assertInvalid(
                new ProtoMessage()
                        .sint64(4, -53)
                        .float64(2, 1)
                        .packedDoubles(16, 1, 2)
                        .message(11, new ProtoMessage().sint64(1, 3).int64(2, 1))
                        .packedDoubles(13, 1),
                "spans reach to bucket 4, but 2 custom bounds allow 3");
        assertInvalid(new ProtoMessage().sint64(4, -53).float64(7, 1), "custom bounds and yet a zero bucket");
        assertInvalid(new ProtoMessage().packedDoubles(13, new double[5000]), "5000 buckets, the limit");
    }

    private void assertInvalid(ProtoMessage histogram, String problem) {
        sink.events.clear();
        decodeSeries(new ProtoMessage().message(1, label("__name__", "h")).message(4, histogram.int64(15, 9)));
        assertThat(sink.events).hasSize(2);
        assertThat(sink.events.get(1)).startsWith("invalid histogram @9: ").contains(problem);
    }

    @Test
    void a_stale_histogram_is_the_stale_marker() {
        decodeSeries(new ProtoMessage()
                .message(1, label("__name__", "h"))
                .message(
                        4, new ProtoMessage().float64(3, SampleValues.STALE_NAN).int64(15, 3)));
        assertThat(sink.histograms).containsExactly(NativeHistogram.STALE);
    }

    @Test
    void a_series_with_absurdly_many_labels_ends_the_request() {
        ProtoMessage series = new ProtoMessage();
        for (int i = 0; i < 20_000; i++) {
            series.bytes(1, new byte[0]);
        }
        assertThatThrownBy(() -> decodeSeries(series))
                .isInstanceOf(WireFormatException.class)
                .hasMessageContaining("more than 16384 labels");
    }

    @Test
    void text_is_refused_with_its_place() {
        byte[] body = "# HELP up\nup 1\n".getBytes(java.nio.charset.StandardCharsets.UTF_8);
        assertThatThrownBy(() -> decoder.decode(body, body.length, sink))
                .isInstanceOf(WireFormatException.class)
                .hasMessageContaining("at byte");
    }
}
