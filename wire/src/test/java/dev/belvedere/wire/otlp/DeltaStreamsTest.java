package dev.belvedere.wire.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belvedere.model.labels.Labels;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DeltaStreamsTest {

    private static final long MILLI = 1_000_000;
    private static final Labels SERIES = Labels.of("__name__", "requests_total", "pod", "a");

    private long nowMillis = 1_000_000;
    private DeltaStreams streams = new DeltaStreams(new DeltaStreams.Limits(3, 60_000), () -> nowMillis);

    private static DataPoint number(long startMillis, long timeMillis, double value) {
        DataPoint point = new DataPoint();
        point.startNanos = startMillis * MILLI;
        point.timeNanos = timeMillis * MILLI;
        point.value = value;
        return point;
    }

    private String add(Labels series, DataPoint point) {
        return streams.accumulate(series, point, DeltaTotal.Kind.NUMBER);
    }

    private double total(long startMillis, long timeMillis, double value) {
        DataPoint point = number(startMillis, timeMillis, value);
        assertThat(add(SERIES, point)).isEmpty();
        return point.value;
    }

    @Test
    void deltas_add_up_from_the_start_of_their_stream() {
        assertThat(total(1000, 2000, 5)).isEqualTo(5);
        DataPoint second = number(2000, 3000, 7);
        assertThat(add(SERIES, second)).isEmpty();
        assertThat(second.value).isEqualTo(12);
        assertThat(second.startMillis()).isEqualTo(1000);
        assertThat(total(9000, 10_000, 1)).as("after a gap").isEqualTo(13);
    }

    @Test
    void a_delta_that_is_sent_again_is_counted_once() {
        total(1000, 2000, 5);
        total(2000, 3000, 7);
        assertThat(total(2000, 3000, 7)).isEqualTo(12);
        assertThat(streams.repeatedPoints()).isEqualTo(1);
        assertThat(add(SERIES, number(2000, 3000, 8))).contains("is late");
    }

    @Test
    void a_late_delta_is_refused_and_says_why() {
        total(1000, 2000, 5);
        total(2000, 3000, 7);
        assertThat(add(SERIES, number(1500, 2500, 1)))
                .isEqualTo("the delta of " + SERIES + " at 1970-01-01T00:00:02.500Z is late: its stream has already"
                        + " counted what came until 1970-01-01T00:00:03Z");
        assertThat(add(SERIES, number(500, 4000, 1))).contains("is late");
        assertThat(total(3000, 4000, 1)).isEqualTo(13);
        assertThat(streams.latePoints()).isEqualTo(2);
    }

    @Test
    void a_silent_stream_begins_again() {
        total(1000, 2000, 5);
        nowMillis += 60_001;
        DataPoint later = number(70_000, 71_000, 2);
        assertThat(add(SERIES, later)).isEmpty();
        assertThat(later.value).isEqualTo(2);
        assertThat(later.startMillis()).isEqualTo(70_000);
    }

    @Test
    void the_limit_refuses_new_streams_until_old_ones_are_silent() {
        for (String pod : new String[] {"a", "b", "c"}) {
            assertThat(add(Labels.of("__name__", "m", "pod", pod), number(1, 2, 1)))
                    .isEmpty();
        }
        Labels fourth = Labels.of("__name__", "m", "pod", "d");
        assertThat(add(fourth, number(1, 2, 1))).contains("ingest.deltaMaxStreams: 3");
        assertThat(add(Labels.of("__name__", "m", "pod", "a"), number(2, 3, 1))).isEmpty();
        assertThat(streams.streamCount()).isEqualTo(3);
        nowMillis += 60_001;
        assertThat(add(fourth, number(1, 2, 1))).isEmpty();
        assertThat(streams.streamCount()).isEqualTo(1);
        assertThat(streams.limitedPoints()).isEqualTo(1);
    }

    private static DataPoint explicit(long timeMillis, double[] bounds, long... counts) {
        DataPoint point = number(1, timeMillis, 0);
        for (double bound : bounds) {
            point.bounds.add(Double.doubleToRawLongBits(bound));
        }
        for (long count : counts) {
            point.bucketCounts.add(count);
            point.count += count;
        }
        point.sum = 2 * point.count;
        point.hasSum = true;
        return point;
    }

    @Test
    void explicit_histograms_add_up_until_their_bounds_change() {
        double[] bounds = {1, 2};
        streams.accumulate(SERIES, explicit(10, bounds, 1, 2, 3), DeltaTotal.Kind.EXPLICIT);
        DataPoint second = explicit(20, bounds, 4, 0, 1);
        assertThat(streams.accumulate(SERIES, second, DeltaTotal.Kind.EXPLICIT)).isEmpty();
        assertThat(new long[] {second.bucketCounts.get(0), second.bucketCounts.get(1), second.bucketCounts.get(2)})
                .containsExactly(5, 2, 4);
        assertThat(second.count).isEqualTo(11);
        assertThat(second.sum).isEqualTo(22);
        DataPoint other = explicit(30, new double[] {1}, 1, 1);
        streams.accumulate(SERIES, other, DeltaTotal.Kind.EXPLICIT);
        assertThat(other.count).isEqualTo(2);
    }

    private static DataPoint exponential(long timeMillis, int scale, int offset, long... counts) {
        DataPoint point = number(1, timeMillis, 0);
        point.scale = scale;
        point.positiveOffset = offset;
        for (long count : counts) {
            point.bucketCounts.add(count);
            point.count += count;
        }
        point.hasSum = true;
        return point;
    }

    @Test
    void exponential_histograms_add_up_at_the_coarser_scale() {
        streams.accumulate(SERIES, exponential(10, 1, -1, 1, 2, 3), DeltaTotal.Kind.EXPONENTIAL);
        DataPoint second = exponential(20, 0, 1, 10);
        streams.accumulate(SERIES, second, DeltaTotal.Kind.EXPONENTIAL);
        assertThat(second.scale).isZero();
        assertThat(second.positiveOffset).isEqualTo(-1);
        assertThat(BucketLayout.exponential(second.bucketCounts, second.positiveOffset, 0)
                        .counts())
                .containsExactly(1, 5, 10);
        assertThat(second.count).isEqualTo(16);
    }

    @Test
    void a_wider_zero_bucket_takes_the_buckets_it_covers_whole() {
        // (1, 2], (2, 4], (4, 8]
        streams.accumulate(SERIES, exponential(10, 0, 0, 1, 2, 3), DeltaTotal.Kind.EXPONENTIAL);
        DataPoint second = exponential(20, 0, 2, 10);
        second.zeroThreshold = 3;
        second.zeroCount = 4;
        second.count += 4;
        streams.accumulate(SERIES, second, DeltaTotal.Kind.EXPONENTIAL);
        assertThat(second.zeroThreshold).isEqualTo(4);
        assertThat(second.zeroCount).isEqualTo(7);
        assertThat(second.positiveOffset).isEqualTo(2);
        assertThat(second.bucketCounts.get(0)).isEqualTo(13);
    }

    @Test
    void totals_of_random_histograms_hold_every_observation_in_few_buckets() {
        long seed = Long.getLong("seed", 42);
        Random random = new Random(seed);
        long expected = 0;
        for (int i = 1; i <= 200; i++) {
            int scale = random.nextInt(20) - 4;
            int reach = (int) Math.scalb(300.0, scale);
            int offset = random.nextInt(2 * reach + 1) - reach;
            DataPoint point = exponential(i * 10L, scale, offset, random.nextInt(5), random.nextInt(5), 1);
            assertThat(ExponentialTotal.problem("m", point)).isEmpty();
            expected += point.count;
            assertThat(streams.accumulate(SERIES, point, DeltaTotal.Kind.EXPONENTIAL))
                    .as("seed %d", seed)
                    .isEmpty();
            long sum = point.zeroCount;
            for (int b = 0; b < point.bucketCounts.size(); b++) {
                sum += point.bucketCounts.get(b);
            }
            assertThat(sum).as("seed %d", seed).isEqualTo(expected).isEqualTo(point.count);
            assertThat(point.bucketCounts.size()).isLessThanOrEqualTo(160);
            assertThat(point.scale).as("seed %d", seed).isBetween(-4, 8);
        }
    }

    @Test
    void buckets_beyond_doubles_are_refused() {
        assertThat(ExponentialTotal.problem("m", exponential(1, 0, Integer.MAX_VALUE, 1)))
                .contains("beyond what a double can hold");
        assertThat(ExponentialTotal.problem("m", exponential(1, -5, 0, 1))).contains("the least is -4");
        assertThat(ExponentialTotal.problem("m", exponential(1, Integer.MAX_VALUE, 0, 1)))
                .isEmpty();
    }
}
