package dev.belvedere.tsdb;

import dev.belvedere.model.labels.LabelMatcher;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.testkit.metrics.SampleReader.Read;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/// A target whose series come, change and go. Some targets hand out all of their series at one time, others each at its
/// own.
final class RandomTarget {

    private static final int NAMES = 4;

    /// A sample on its way to a store.
    record Sent(Labels labels, long timestampMillis, Read sample) {}

    private record Series(Labels labels, RandomSignal signal) {}

    private final SplittableRandom random;
    private final int number;
    private final int absentInThousand;
    private final int apartMillis;

    /// How many series are told apart by `le` alone.
    private final int buckets;

    private final List<Series> series = new ArrayList<>();
    private int madeSeries;

    RandomTarget(SplittableRandom random, int number) {
        this.random = random;
        this.number = number;
        absentInThousand = random.nextBoolean() ? 0 : random.nextInt(1, 1 << random.nextInt(1, 10));
        apartMillis = random.nextInt(5) == 0 ? random.nextInt(1, 5) : 0;
        buckets = random.nextBoolean() ? 1 : random.nextInt(2, 12);
        add(random.nextInt(1, 1 << random.nextInt(1, 12)));
    }

    private void add(int count) {
        for (int i = 0; i < count; i++) {
            series.add(new Series(labels(madeSeries++), new RandomSignal(random)));
        }
    }

    private Labels labels(int seriesNumber) {
        int n = seriesNumber / buckets;
        Labels labels =
                Labels.of("__name__", "m" + n % NAMES, "job", "j" + number % 2, "instance", "i" + number, "n", "n" + n);
        return buckets == 1 ? labels : labels.union(Labels.of("le", Integer.toString(seriesNumber % buckets)));
    }

    int seriesCount() {
        return series.size();
    }

    /// Some series end and others begin.
    void change() {
        series.removeIf(each -> random.nextInt(4) == 0);
        add(random.nextInt(1, 1 << random.nextInt(1, 8)));
    }

    /// What the target has to say at a time.
    List<Sent> scrape(long timestampMillis) {
        int pulse = random.nextInt(100);
        List<Sent> sent = new ArrayList<>(series.size());
        for (int i = 0; i < series.size(); i++) {
            Series each = series.get(i);
            Read sample = each.signal().next(pulse);
            if (random.nextInt(1000) >= absentInThousand) {
                sent.add(new Sent(each.labels(), timestampMillis + (long) i * apartMillis, sample));
            }
        }
        return sent;
    }

    /// Selects some or all of the target's series, and perhaps others with them.
    List<LabelMatcher> selector() {
        List<LabelMatcher> matchers = new ArrayList<>();
        matchers.add(LabelMatcher.equal("job", "j" + number % 2));
        if (random.nextBoolean()) {
            matchers.add(LabelMatcher.equal("instance", "i" + number));
        }
        switch (random.nextInt(6)) {
            case 0 -> matchers.add(LabelMatcher.equal("__name__", "m" + random.nextInt(NAMES)));
            case 1 -> matchers.add(LabelMatcher.of(LabelMatcher.Type.NOT_EQUAL, "__name__", "m1"));
            case 2 -> matchers.add(LabelMatcher.of(LabelMatcher.Type.REGEX, "n", "n.?" + random.nextInt(10)));
            case 3 -> matchers.add(LabelMatcher.of(LabelMatcher.Type.NOT_REGEX, "n", "n[1-5].*"));
            case 4 -> matchers.add(LabelMatcher.equal("n", "n" + random.nextInt(madeSeries)));
            default -> matchers.add(LabelMatcher.equal("missing", ""));
        }
        return matchers;
    }
}
