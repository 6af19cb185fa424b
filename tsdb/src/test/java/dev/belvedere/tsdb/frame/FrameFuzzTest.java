package dev.belvedere.tsdb.frame;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.belvedere.model.OperationException;
import dev.belvedere.model.Tenant;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.model.metrics.ResetHint;
import dev.belvedere.testkit.fuzz.ParserBudget;
import dev.belvedere.tsdb.codec.MalformedBytesException;
import dev.belvedere.tsdb.index.LabelPairs;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/// Arbitrary bytes as frames of the metrics log: they are read or refused as such, and what was read reads the same
/// once it is written again.
class FrameFuzzTest {

    private static final ParserBudget BUDGET = ParserBudget.of(4 << 20, 2000);

    /// Labels of series with multiples of this number are not asked for.
    private static final int UNWANTED = 1000;

    /// @param value the bits of a float, or a histogram
    private record Sample(int series, long timestampMillis, long startMillis, Object value) {}

    /// What a frame holds.
    private static final class Content implements FrameReader.Visitor {

        Tenant tenant = Tenant.DEFAULT;
        long epoch;
        final TreeMap<Integer, Labels> defined = new TreeMap<>();
        final List<Integer> order = new ArrayList<>();
        final List<Sample> samples = new ArrayList<>();

        @Override
        public void begin(Tenant frameTenant, long frameEpoch) {
            tenant = frameTenant;
            epoch = frameEpoch;
        }

        @Override
        public void define(int number, Labels labels) {
            defined.put(number, labels);
            order.add(number);
        }

        @Override
        public boolean isWanted(int number) {
            return number % UNWANTED != 0 || number == 0;
        }

        @Override
        public void floats(FrameReader.Floats run) {
            for (int i = 0; i < run.count(); i++) {
                sample(run.first() + i, run.timestampMillis(), run.starts()[i], run.values()[i]);
            }
        }

        void sample(int number, long timestampMillis, long startMillis, double value) {
            samples.add(new Sample(number, timestampMillis, startMillis, Double.doubleToRawLongBits(value)));
        }

        @Override
        public void sample(int number, long timestampMillis, long startMillis, NativeHistogram histogram) {
            samples.add(new Sample(number, timestampMillis, startMillis, histogram));
        }

        byte[] written() {
            PendingSamples pending = new PendingSamples();
            for (Sample sample : samples) {
                if (sample.value() instanceof NativeHistogram histogram) {
                    pending.add(sample.series(), sample.timestampMillis(), sample.startMillis(), histogram);
                } else {
                    double value = Double.longBitsToDouble((Long) sample.value());
                    pending.add(sample.series(), sample.timestampMillis(), sample.startMillis(), value);
                }
            }
            TakenSamples taken = new TakenSamples();
            for (int run = 0; run < pending.runs(); run++) {
                taken.add(pending.runStart(run), pending.runEnd(run));
            }
            int[] definitions = order.stream().mapToInt(Integer::intValue).toArray();
            ByteBuffer frame = new FrameWriter()
                    .write(
                            new FrameWriter.Content(tenant, epoch, pending, taken, definitions, definitions.length),
                            new Pairs(defined));
            byte[] bytes = new byte[frame.remaining()];
            frame.get(bytes);
            return bytes;
        }
    }

    /// The pairs of some label sets, numbered as they come.
    private static final class Pairs implements LabelPairs {

        private final Map<Integer, Labels> sets;
        private final List<String> names = new ArrayList<>();
        private final List<Labels> pairs = new ArrayList<>();

        Pairs(Map<Integer, Labels> sets) {
            this.sets = sets;
        }

        @Override
        public int nameOf(int pair) {
            return names.indexOf(name(pair));
        }

        @Override
        public String name(int pair) {
            return pairs.get(pair).name(0);
        }

        @Override
        public String value(int pair) {
            return pairs.get(pair).value(0);
        }

        @Override
        public int countOf(int series) {
            return sets.getOrDefault(series, Labels.EMPTY).size();
        }

        @Override
        public void forEach(int series, IntConsumer visitor) {
            Labels set = sets.getOrDefault(series, Labels.EMPTY);
            for (int l = 0; l < set.size(); l++) {
                Labels pair = Labels.of(set.name(l), set.value(l));
                if (!names.contains(set.name(l))) {
                    names.add(set.name(l));
                }
                if (!pairs.contains(pair)) {
                    pairs.add(pair);
                }
                visitor.accept(pairs.indexOf(pair));
            }
        }
    }

    static Stream<byte[]> frames() {
        Content content = new Content();
        content.epoch = 3;
        Map.of(0, "up", 1, "h", 5, "late").forEach((number, name) -> {
            content.define(number, Labels.of("__name__", name, "job", "node"));
        });
        content.sample(0, 1_790_000_000_000L, 0, 1.5);
        content.sample(1, 1_790_000_000_000L, 0, histogram());
        content.sample(5, 1_790_000_000_500L, 1_789_999_999_000L, 42);
        content.sample(6, 1_790_000_000_500L, 1_789_999_999_000L, Double.NaN);
        return Stream.of(content.written(), new Content().written());
    }

    private static NativeHistogram histogram() {
        return new NativeHistogram(
                ResetHint.UNKNOWN,
                2,
                0.1,
                1,
                7,
                9.5,
                new int[] {-3, 2, 4, 1},
                new double[] {1, 2, 3},
                new int[0],
                new double[0],
                new double[0]);
    }

    @MethodSource("frames")
    @FuzzTest
    void frame(byte[] bytes) {
        Content content = new Content();
        try {
            BUDGET.run(bytes.length, () -> new FrameReader().read(ByteBuffer.wrap(bytes), new Content()));
            new FrameReader().read(ByteBuffer.wrap(bytes), content);
        } catch (MalformedBytesException e) {
            assertThat(e.getMessage()).isNotEmpty();
            return;
        } catch (OperationException e) {
            assertThat(e.code()).isEqualTo("unsupported_version");
            return;
        }
        if (content.defined.size() == content.order.size()) {
            Content again = new Content();
            new FrameReader().read(ByteBuffer.wrap(content.written()), again);
            assertThat(again.tenant).isEqualTo(content.tenant);
            assertThat(again.epoch).isEqualTo(content.epoch);
            assertThat(again.defined).isEqualTo(content.defined);
            assertThat(again.samples).isEqualTo(content.samples);
        }
    }
}
