package dev.belvedere.wire.exposition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.CodedOutputStream;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.MetricType;
import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.model.metrics.ResetHint;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProtobufExpositionTest {

    /// Writes the fields of one message with the reference implementation.
    private interface Fields {
        void write(CodedOutputStream out) throws IOException;
    }

    private static byte[] message(Fields fields) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        fields.write(out);
        out.flush();
        return bytes.toByteArray();
    }

    private static byte[] family(String name, int type, byte[] metric) throws IOException {
        byte[] family = message(out -> {
            out.writeString(1, name);
            out.writeString(2, "Helps.");
            out.writeEnum(3, type);
            out.writeByteArray(4, metric);
        });
        return message(out -> {
            out.writeUInt32NoTag(family.length);
            out.writeRawBytes(family);
        });
    }

    private static byte[] label(String name, String value) throws IOException {
        return message(out -> {
            out.writeString(1, name);
            out.writeString(2, value);
        });
    }

    private static byte[] nativeHistogram() throws IOException {
        byte[] span = message(out -> {
            out.writeSInt32(1, -2);
            out.writeUInt32(2, 3);
        });
        byte[] bucket = message(out -> {
            out.writeUInt64(1, 4);
            out.writeDouble(2, 1);
        });
        byte[] histogram = message(out -> {
            out.writeUInt64(1, 9);
            out.writeDouble(2, 12.5);
            out.writeByteArray(3, bucket);
            out.writeSInt32(5, 3);
            out.writeDouble(6, 0.001);
            out.writeUInt64(7, 2);
            out.writeByteArray(12, span);
            for (long delta : new long[] {1, 2, -1}) {
                out.writeSInt64(13, delta);
            }
        });
        return family("lat", 4, message(out -> {
            out.writeByteArray(1, label("job", "x"));
            out.writeByteArray(7, histogram);
        }));
    }

    private static ExpositionReader read(byte[] bytes, HistogramOptions options) {
        return ExpositionReader.of(ExpositionFormat.PROTOBUF, bytes, options);
    }

    @Test
    void a_counter_has_labels_time_start_and_exemplar() throws IOException {
        byte[] time = message(out -> {
            out.writeInt64(1, 100);
            out.writeInt32(2, 5_000_000);
        });
        byte[] exemplar = message(out -> {
            out.writeByteArray(1, label("trace_id", "t"));
            out.writeDouble(2, 1);
            out.writeByteArray(3, time);
        });
        byte[] counter = message(out -> {
            out.writeDouble(1, 42);
            out.writeByteArray(2, exemplar);
            out.writeByteArray(3, time);
        });
        ExpositionReader reader = read(
                family("hits_total", 0, message(out -> {
                    out.writeByteArray(1, label("b", "2"));
                    out.writeByteArray(1, label("a", "1"));
                    out.writeByteArray(3, counter);
                    out.writeInt64(6, 77);
                })),
                HistogramOptions.NATIVE);

        assertThat(reader.next()).isTrue();
        assertThat(reader.header()).isEqualTo(new FamilyHeader("hits_total", MetricType.COUNTER, "", "Helps."));
        assertThat(reader.labels()).isEqualTo(Labels.of("__name__", "hits_total", "a", "1", "b", "2"));
        assertThat(reader.value()).isEqualTo(42);
        assertThat(reader.timestampMillis()).isEqualTo(77);
        assertThat(reader.startMillis()).isEqualTo(100_005);
        assertThat(reader.exemplars().getFirst().timestampMillis()).isEqualTo(100_005);
        assertThat(reader.next()).isFalse();
    }

    @Test
    void a_native_histogram_is_one_sample_with_absolute_counts() throws IOException {
        ExpositionReader reader = read(nativeHistogram(), HistogramOptions.NATIVE);
        assertThat(reader.next()).isTrue();
        assertThat(reader.labels()).isEqualTo(Labels.of("__name__", "lat", "job", "x"));
        assertThat(reader.histogram())
                .isEqualTo(new NativeHistogram(
                        ResetHint.UNKNOWN,
                        3,
                        0.001,
                        2,
                        9,
                        12.5,
                        new int[] {-2, 3},
                        new double[] {1, 3, 2},
                        new int[0],
                        new double[0],
                        new double[0]));
        assertThat(reader.next()).isFalse();
    }

    @Test
    void without_native_histograms_its_classic_buckets_are_read_and_infinity_is_added() throws IOException {
        ExpositionReader reader = read(nativeHistogram(), HistogramOptions.CLASSIC);
        List<String> series = new ArrayList<>();
        List<String> keys = new ArrayList<>();
        while (reader.next()) {
            series.add(reader.labels() + " " + reader.value());
            keys.add(Arrays.toString(
                    Arrays.copyOfRange(reader.bytes(), reader.keyFrom(), reader.keyFrom() + reader.keyLength())));
        }
        assertThat(series)
                .containsExactly(
                        "lat_count{job=\"x\"} 9.0",
                        "lat_sum{job=\"x\"} 12.5",
                        "lat_bucket{job=\"x\", le=\"1.0\"} 4.0",
                        "lat_bucket{job=\"x\", le=\"+Inf\"} 9.0");
        assertThat(keys).doesNotHaveDuplicates();
    }

    @Test
    void every_cut_is_refused_with_the_family_it_lies_in() throws IOException {
        byte[] whole = nativeHistogram();
        for (int cut = 1; cut < whole.length; cut++) {
            ExpositionReader reader = read(Arrays.copyOf(whole, cut), HistogramOptions.NATIVE);
            assertThatThrownBy(reader::next)
                    .as("cut at %d", cut)
                    .isInstanceOf(ExpositionException.class)
                    .hasMessageStartingWith("metric family 1: ");
        }
    }
}
