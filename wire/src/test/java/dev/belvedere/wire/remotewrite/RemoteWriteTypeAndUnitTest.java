package dev.belvedere.wire.remotewrite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belvedere.wire.IngestLimits;
import dev.belvedere.wire.protobuf.ProtoMessage;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RemoteWriteTypeAndUnitTest {

    private static final String[] SYMBOLS = {"", "__name__", "m", "__type__", "__unit__", "counter", "bytes", "Help."};
    private static final long[] PLAIN = {1, 2};
    private static final long[] LABELLED = {1, 2, 3, 6, 4, 5};
    private static final int COUNTER = 1;
    private static final int BYTES = 6;

    private final RemoteWrite2Decoder decoder = new RemoteWrite2Decoder(IngestLimits.DEFAULT, true);
    private final RecordingSink sink = new RecordingSink();

    private static ProtoMessage symbols() {
        ProtoMessage request = new ProtoMessage();
        for (String symbol : SYMBOLS) {
            request.string(4, symbol);
        }
        return request;
    }

    private static ProtoMessage metadata(long type, long unit) {
        return new ProtoMessage().int64(1, type).int64(3, 7).int64(4, unit);
    }

    /// As nearly every sender encodes it, or so that it is read in the general way.
    private static ProtoMessage series(boolean isPlain, long[] labels, ProtoMessage metadata) {
        ProtoMessage sample = RemoteWriteDecoderTest.sample(5, 1000);
        return isPlain
                ? new ProtoMessage().packed(1, labels).message(2, sample).message(5, metadata)
                : new ProtoMessage().message(5, metadata).message(2, sample).packed(1, labels);
    }

    private String labels(ProtoMessage series) {
        sink.events.clear();
        byte[] body = symbols().message(5, series).toByteArray();
        decoder.decode(body, body.length, sink);
        return sink.events.getFirst();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void series_have_the_type_and_unit_of_their_metadata(boolean isPlain) {
        assertThat(labels(series(isPlain, PLAIN, metadata(COUNTER, BYTES))))
                .isEqualTo("m{__type__=\"counter\", __unit__=\"bytes\"}");
        assertThat(labels(series(isPlain, PLAIN, metadata(COUNTER, 0)))).isEqualTo("m{__type__=\"counter\"}");
        assertThat(labels(series(isPlain, PLAIN, metadata(4, 0)))).isEqualTo("m{__type__=\"gaugehistogram\"}");
        assertThat(labels(series(isPlain, PLAIN, metadata(0, BYTES)))).isEqualTo("m{__unit__=\"bytes\"}");
        assertThat(labels(series(isPlain, PLAIN, metadata(0, 0)))).isEqualTo("m");
        assertThat(labels(series(isPlain, PLAIN, metadata(77, 0)))).isEqualTo("m");
        assertThat(labels(series(isPlain, PLAIN, new ProtoMessage()))).isEqualTo("m");
    }

    @Test
    void a_series_without_metadata_has_none_of_the_one_before() {
        labels(series(true, PLAIN, metadata(COUNTER, BYTES)));
        ProtoMessage sample = RemoteWriteDecoderTest.sample(5, 1000);
        assertThat(labels(new ProtoMessage().packed(1, PLAIN).message(2, sample)))
                .isEqualTo("m");
        assertThat(labels(new ProtoMessage().message(2, sample).packed(1, PLAIN)))
                .isEqualTo("m");
    }

    @Test
    void series_without_metadata_have_none_of_those_around_them() {
        ProtoMessage bare = new ProtoMessage().packed(1, PLAIN).message(2, RemoteWriteDecoderTest.sample(5, 1000));
        ProtoMessage told = series(true, PLAIN, metadata(COUNTER, 0));
        byte[] body = symbols()
                .message(5, bare)
                .message(5, told)
                .message(5, bare)
                .message(5, bare)
                .message(5, told)
                .toByteArray();
        decoder.decode(body, body.length, sink);
        assertThat(sink.events.stream().filter(event -> event.startsWith("m")))
                .containsExactly("m", "m{__type__=\"counter\"}", "m", "m", "m{__type__=\"counter\"}");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void labels_of_these_names_go_where_either_is_told_and_stay_where_neither_is(boolean isPlain) {
        assertThat(labels(series(isPlain, LABELLED, metadata(COUNTER, BYTES))))
                .isEqualTo("m{__type__=\"counter\", __unit__=\"bytes\"}");
        assertThat(labels(series(isPlain, LABELLED, metadata(COUNTER, 0)))).isEqualTo("m{__type__=\"counter\"}");
        assertThat(labels(series(isPlain, LABELLED, metadata(0, BYTES)))).isEqualTo("m{__unit__=\"bytes\"}");
        assertThat(labels(series(isPlain, LABELLED, metadata(0, 0))))
                .isEqualTo("m{__type__=\"bytes\", __unit__=\"counter\"}");
    }

    @Test
    void keys_differ_as_labels_do_and_are_the_same_in_both_ways_of_encoding() {
        List<Long> keys = new ArrayList<>();
        for (long[] labels : new long[][] {PLAIN, LABELLED, {1, 2, 3, 5}, {1, 2, 4, 6}, {1, 2, 3, 5, 4, 6}}) {
            for (long type = 0; type < 8; type++) {
                for (long unit : new long[] {0, 5, 6}) {
                    labels(series(true, labels, metadata(type, unit)));
                    keys.add(sink.lastKey);
                    labels(series(false, labels, metadata(type, unit)));
                    assertThat(sink.lastKey).isEqualTo(keys.getLast());
                }
            }
        }
        assertThat(new HashSet<>(keys)).hasSize(5 * 8 * 3);
    }

    @Test
    void exemplars_have_no_type_and_wrong_units_cost_only_their_series() {
        ProtoMessage exemplar =
                new ProtoMessage().packed(1, 7, 6).float64(2, 4.5).int64(3, 990);
        ProtoMessage series = series(true, PLAIN, metadata(COUNTER, BYTES)).message(4, exemplar);
        assertThat(labels(series)).isEqualTo("m{__type__=\"counter\", __unit__=\"bytes\"}");
        assertThat(sink.events).contains("exemplar {\"Help.\"=\"bytes\"} 4.5 @990");
        byte[] body = symbols()
                .string(4, "u".repeat(IngestLimits.DEFAULT.maxLabelValueBytes() + 1))
                .message(5, series(true, PLAIN, new ProtoMessage().int64(4, 8)))
                .toByteArray();
        sink.events.clear();
        decoder.decode(body, body.length, sink);
        assertThat(sink.events.getFirst())
                .startsWith("beyond a limit: the unit of the series m has ")
                .contains("ingest.maxLabelValueBytes");
    }
}
