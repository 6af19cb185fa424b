package dev.belvedere.wire.remotewrite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.wire.IngestLimits;
import dev.belvedere.wire.WireFormatException;
import dev.belvedere.wire.protobuf.ProtoMessage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RemoteWrite2DecoderTest {

    private final RecordingSink sink = new RecordingSink();
    private final RemoteWrite2Decoder decoder = new RemoteWrite2Decoder(IngestLimits.DEFAULT);

    private static ProtoMessage symbols(String... symbols) {
        ProtoMessage request = new ProtoMessage();
        for (String symbol : symbols) {
            request.string(4, symbol);
        }
        return request;
    }

    private List<String> decode(ProtoMessage request) {
        byte[] body = request.toByteArray();
        decoder.decode(body, body.length, sink);
        return sink.events;
    }

    @Test
    void series_with_created_timestamp_exemplar_and_metadata_are_read() {
        ProtoMessage series = new ProtoMessage()
                .packed(1, 1, 2, 3, 4)
                .message(2, RemoteWriteDecoderTest.sample(5, 1000))
                .message(4, new ProtoMessage().packed(1, 5, 6).float64(2, 4.5).int64(3, 990))
                .message(5, new ProtoMessage().int64(1, 1).int64(3, 7).int64(4, 8))
                .int64(6, 100);
        assertThat(decode(symbols("", "__name__", "c_total", "job", "x", "trace_id", "ff", "Help", "bytes")
                        .message(5, series)))
                .containsExactly(
                        "c_total{job=\"x\"}",
                        "MetricMetadata[type=COUNTER, unit=bytes, help=Help]",
                        "5.0 @1000 from 100",
                        "exemplar {trace_id=\"ff\"} 4.5 @990");
    }

    @Test
    void a_start_timestamp_of_a_sample_wins_over_the_series() {
        ProtoMessage series = new ProtoMessage()
                .packed(1, 0, 1)
                .message(2, RemoteWriteDecoderTest.sample(5, 1000).int64(3, 900))
                .message(3, new ProtoMessage().int64(15, 1000).int64(17, 800))
                .message(3, new ProtoMessage().int64(15, 2000))
                .int64(6, 100);
        assertThat(decode(symbols("__name__", "c").message(5, series)))
                .containsExactly("c", "5.0 @1000 from 900", "histogram @1000 from 800", "histogram @2000 from 100");
    }

    @Test
    void a_float_histogram_with_custom_bounds_is_read() {
        ProtoMessage histogram = new ProtoMessage()
                .float64(2, 3)
                .float64(3, 7)
                .sint64(4, NativeHistogram.CUSTOM_BUCKETS)
                .message(11, new ProtoMessage().sint64(1, 1).int64(2, 2))
                .packedDoubles(13, 1, 2)
                .packedDoubles(16, 0.5, 1)
                .int64(15, 42);
        decode(symbols("__name__", "h")
                .message(5, new ProtoMessage().packed(1, 0, 1).message(3, histogram)));
        assertThat(sink.histograms.getFirst().customBounds()).containsExactly(0.5, 1);
        assertThat(sink.histograms.getFirst().positiveSpans()).containsExactly(1, 2);
        assertThat(sink.histograms.getFirst().positiveCounts()).containsExactly(1, 2);
    }

    @Test
    void symbols_may_come_after_the_series() {
        ProtoMessage request = new ProtoMessage()
                .message(5, new ProtoMessage().packed(1, 0, 1))
                .string(4, "__name__")
                .string(4, "up");
        assertThat(decode(request)).containsExactly("up");
    }

    @Test
    void symbols_may_come_before_between_and_after_the_series_that_use_them() {
        ProtoMessage request = symbols("", "__name__", "up")
                .message(5, series(1000, 1, 2))
                .message(5, series(1000, 1, 3))
                .string(4, "down")
                .message(5, series(1000, 1, 3))
                .message(5, series(1000, 1, 4))
                .string(4, "idle");
        assertThat(decode(request))
                .containsExactly("up", "1.0 @1000", "down", "1.0 @1000", "down", "1.0 @1000", "idle", "1.0 @1000");
    }

    @Test
    void series_of_any_length_are_read_with_fields_that_nobody_knows_between_them() {
        ProtoMessage request = symbols("__name__", "up", "a", "b");
        List<String> expected = new ArrayList<>();
        for (int unknownBytes : new int[] {0, 1, 70, 200, 20_000}) {
            request.message(5, series(1000, 0, 1))
                    .string(99, "x".repeat(unknownBytes))
                    .int64(98, unknownBytes);
            request.message(5, series(1000, 0, 2).string(97, "x".repeat(unknownBytes)));
            request.message(5, series(1000, 0, 3));
            for (String name : List.of("up", "a", "b")) {
                expected.add(name);
                expected.add("1.0 @1000");
            }
        }
        assertThat(decode(request)).isEqualTo(expected);
    }

    @Test
    void samples_have_their_own_timestamps_whichever_came_before() {
        ProtoMessage request = symbols("__name__", "up");
        List<String> expected = new ArrayList<>();
        for (long millis :
                new long[] {1_790_000_000_000L, 1_790_000_000_000L, 7, 1_790_000_000_001L, 1_790_000_000_000L}) {
            request.message(5, series(millis, 0, 1));
            expected.add("up");
            expected.add("1.0 @" + millis);
        }
        assertThat(decode(request)).isEqualTo(expected);
    }

    @Test
    void labels_have_one_key_in_any_order_and_no_two_sets_of_labels_share_one() {
        String[] words = {"__name__", "up", "a", "b", "c"};
        Map<Set<String>, Long> keys = new HashMap<>();
        for (int first = 0; first < 25; first++) {
            for (int second = 0; second < 25; second++) {
                ProtoMessage series = series(1000, first / 5, first % 5, second / 5, second % 5);
                decode(symbols(words).message(5, series));
                Set<String> labels = new HashSet<>();
                labels.add(words[first / 5] + "=" + words[first % 5]);
                boolean isTwice = !labels.add(words[second / 5] + "=" + words[second % 5]);
                if (isTwice) {
                    labels.add("twice");
                }
                long key = sink.lastKey;
                assertThat(keys.computeIfAbsent(labels, unknown -> key)).isEqualTo(key);
            }
        }
        assertThat(keys).hasSize(25 * 26 / 2);
        assertThat(new HashSet<>(keys.values())).hasSameSizeAs(keys.keySet());
    }

    private static ProtoMessage series(long millis, long... refs) {
        return new ProtoMessage().packed(1, refs).message(2, RemoteWriteDecoderTest.sample(1, millis));
    }

    @Test
    void the_hash_is_that_of_the_texts_not_of_their_numbers() {
        decode(symbols("", "__name__", "up").message(5, new ProtoMessage().packed(1, 1, 2)));
        long first = sink.keys.getOrDefault("up", 0L);
        decode(symbols("", "x", "y", "up", "__name__").message(5, new ProtoMessage().packed(1, 4, 3)));
        assertThat(sink.keys.get("up")).isEqualTo(first);
        decode(symbols("", "a", "b").message(5, new ProtoMessage().packed(1, 1, 2)));
        decode(symbols("", "a", "b").message(5, new ProtoMessage().packed(1, 2, 1)));
        assertThat(sink.keys.values()).doesNotHaveDuplicates();
    }

    private static ProtoMessage refsOfOneAndTwoBytes() {
        String[] words = new String[300];
        words[0] = "__name__";
        for (int i = 1; i < words.length; i++) {
            words[i] = "s" + i;
        }
        ProtoMessage type = new ProtoMessage().int64(1, 1);
        return symbols(words)
                .message(5, series(1000, 0, 1, 2, 3).message(5, type))
                .message(5, series(1000, 0, 1, 2, 299))
                .message(5, series(1000, 0, 201, 150, 3));
    }

    @Test
    void a_series_is_asked_about_by_the_key_that_its_labels_have() {
        decode(refsOfOneAndTwoBytes());
        assertThat(sink.askedKeys).hasSize(3).isEqualTo(sink.labelKeys);
    }

    @Test
    void a_series_that_is_expected_begins_by_half_of_its_key() {
        ProtoMessage request = refsOfOneAndTwoBytes();
        decode(request);
        sink.events.clear();
        sink.expectedLowKeys.add(sink.askedKeys.get(0).get(1));
        sink.expectedLowKeys.add(sink.askedKeys.get(2).get(1));
        assertThat(decode(request))
                .containsExactly(
                        "expected",
                        "MetricMetadata[type=COUNTER, unit=, help=]",
                        "1.0 @1000",
                        "s1{s2=\"s299\"}",
                        "1.0 @1000",
                        "expected",
                        "1.0 @1000");
    }

    @Test
    void refs_without_symbols_cost_only_their_series() {
        ProtoMessage metadata = new ProtoMessage().int64(1, 1).int64(4, 7);
        ProtoMessage request = symbols("__name__", "up")
                .message(5, series(1000, 0, 9))
                .message(5, series(2000, 0))
                .message(5, series(3000, 0, 1).message(5, metadata))
                .message(5, series(4000, 0, 1).int64(6, 100).message(5, metadata))
                .message(5, series(5000, 0, 1));
        assertThat(decode(request))
                .containsExactly(
                        "invalid: symbol 9 is used, but the request has 2",
                        "1.0 @1000",
                        "invalid: a list of labels has a name without a value",
                        "1.0 @2000",
                        "invalid: symbol 7 is used, but the request has 2",
                        "1.0 @3000",
                        "invalid: symbol 7 is used, but the request has 2",
                        "1.0 @4000 from 100",
                        "up",
                        "1.0 @5000");
    }

    @Test
    void a_known_series_is_refused_for_metadata_that_has_no_symbol() {
        sink.isKnown = true;
        ProtoMessage metadata = new ProtoMessage().int64(1, 1).int64(3, 7);
        ProtoMessage series = series(1000, 0, 1).message(5, metadata);
        assertThat(decode(symbols("__name__", "up").message(5, series).message(5, series)))
                .containsExactly(
                        "known",
                        "invalid: symbol 7 is used, but the request has 2",
                        "1.0 @1000",
                        "known",
                        "invalid: symbol 7 is used, but the request has 2",
                        "1.0 @1000");
    }

    @Test
    void an_exemplar_whose_labels_have_no_symbols_costs_no_sample() {
        ProtoMessage exemplar =
                new ProtoMessage().packed(1, 0, 9).float64(2, 4.5).int64(3, 990);
        assertThat(decode(
                        symbols("__name__", "up").message(5, series(1000, 0, 1).message(4, exemplar))))
                .containsExactly("up", "1.0 @1000", "unreadable exemplar: symbol 9 is used, but the request has 2");
    }

    @Test
    void more_refs_than_a_series_may_have_are_no_request() {
        assertThatThrownBy(() -> decode(symbols("a").message(5, new ProtoMessage().packed(1, new long[70_000]))))
                .isInstanceOf(WireFormatException.class)
                .hasMessageContaining("more than 65536 values");
    }

    @Test
    void a_message_of_version_1_is_recognised() {
        ProtoMessage request = new ProtoMessage()
                .message(1, new ProtoMessage().message(1, RemoteWriteDecoderTest.label("__name__", "up")));
        assertThatThrownBy(() -> decode(request)).hasMessageContaining("remote write 1.0 message");
    }
}
