package dev.belvedere.acceptance.promql;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/// Random data and random questions about it, the same for the same seed.
public final class Examination {

    private static final long SLICE_MILLIS = 300_000;
    private static final int BAD_ONE_IN = 9;
    private static final int LATER_ONE_IN = 5;
    private static final int LONG_ONE_IN = 20;
    private static final int OPTIONS_ONE_IN = 6;
    private static final long DAY_MILLIS = 86_400_000;
    private static final long[] LOOKBACKS_MILLIS = {1, 1_000, 15_000, 20_000, 61_000, 1_000_000};
    private static final long[] STEPS_MILLIS = {
        15_000, 30_000, 60_000, 37_000, 120_000, 5_000, 300_000, 15_000, 60_000, 1, 250, 1_250, 3_600_000
    };

    /// Lengths of windows and of the look-back.
    private static final long[] WINDOWS_MILLIS = {15_000, 30_000, 60_000, 300_000, 300_000, 300_000, 600_000};

    /// In how many orders the series can come.
    public static final int ORDERS = 3;

    private final Random random;
    private final RandomStore store;
    private final Vocabulary words;
    private final RandomExpression expressions;
    private @Nullable Question last;

    /// @param isNewest whether what the oldest reference does not have may be asked too
    public Examination(long seed, boolean isNewest) {
        this(seed, isNewest, new RandomStore(seed, 0));
    }

    private Examination(long seed, boolean isNewest, RandomStore store) {
        this.store = store;
        random = new Random(seed ^ 0x5eed);
        words = new Vocabulary(random, store.startMillis());
        expressions = new RandomExpression(random, words, isNewest);
    }

    /// One whose data end at a moment, in an hour that no block has split yet.
    public static Examination endingAt(long seed, long endMillis) {
        return new Examination(seed, false, new RandomStore(seed, endMillis - RandomStore.LENGTH_MILLIS));
    }

    /// The content type of [#requests].
    public static String contentType() {
        return WriteRequest.CONTENT_TYPE;
    }

    /// The data as remote write requests, oldest samples first.
    ///
    /// @param order of the series, below [#ORDERS]: metric by metric of a target, target by target, or backwards
    public List<byte[]> requests(int order) {
        return requests(order, false);
    }

    /// @param hasExemplars whether counters have exemplars
    public List<byte[]> requests(int order, boolean hasExemplars) {
        List<RandomSeries> series = new ArrayList<>(store.series());
        switch (order) {
            case 1 -> series.sort(Comparator.comparing(RandomSeries::target));
            case 2 -> Collections.reverse(series);
            default -> {
                // As they were made.
            }
        }
        List<byte[]> requests = new ArrayList<>();
        long end = store.startMillis() + 2 * RandomStore.LENGTH_MILLIS;
        for (long from = store.startMillis(); from < end; from += SLICE_MILLIS) {
            WriteRequest request = new WriteRequest(hasExemplars);
            for (RandomSeries one : series) {
                request.add(one, from, from + SLICE_MILLIS);
            }
            if (!request.isEmpty()) {
                requests.add(request.body());
            }
        }
        return requests;
    }

    /// A selector of series without any moment.
    public String selector() {
        return words.selector().text();
    }

    /// When its data begin.
    public long startMillis() {
        return store.startMillis();
    }

    public long endMillis() {
        return store.startMillis() + RandomStore.LENGTH_MILLIS;
    }

    public int seriesCount() {
        return store.series().size();
    }

    /// A new question, or the last one some steps later: its results may have been kept.
    public Question nextQuestion() {
        Question before = last;
        Question question = before != null && before.isRange() && random.nextInt(LATER_ONE_IN) == 0
                ? before.later(random.nextInt(3))
                : newQuestion();
        last = question;
        return question;
    }

    private Question newQuestion() {
        Node query = expressions.query();
        if (random.nextInt(BAD_ONE_IN) == 0) {
            query = Spoiling.spoil(query, random);
        }
        long at = random.nextInt(4) == 0 ? edge() : anyMoment();
        Question.Options options = options();
        if (random.nextBoolean()) {
            return new Question(query, at, at, 0, options);
        }
        if (random.nextInt(LONG_ONE_IN) == 0) {
            // Most of it lies beside the data.
            long step = 60_000 + random.nextInt(1_000_000);
            return new Question(query, at - random.nextInt((int) DAY_MILLIS), at + DAY_MILLIS, step, options);
        }
        long step = STEPS_MILLIS[random.nextInt(STEPS_MILLIS.length)];
        return new Question(query, at, at + step * random.nextInt(20) + random.nextInt(2) * 1000, step, options);
    }

    private long anyMoment() {
        long at = store.startMillis() - 120_000 + random.nextInt((int) RandomStore.LENGTH_MILLIS + 600_000);
        return random.nextInt(4) == 0 ? at / 15_000 * 15_000 : at;
    }

    /// A sample's own moment, or when it leaves a window or the look-back, or a millisecond beside.
    private long edge() {
        List<Point> points = List.of();
        while (points.isEmpty()) {
            points = words.any(store.series()).points();
        }
        long later = random.nextInt(3) == 0 ? WINDOWS_MILLIS[random.nextInt(WINDOWS_MILLIS.length)] : 0;
        return words.any(points).timestampMillis() + later + random.nextInt(3) - 1;
    }

    private Question.Options options() {
        if (random.nextInt(OPTIONS_ONE_IN) > 0) {
            return Question.Options.NONE;
        }
        return switch (random.nextInt(4)) {
            case 0 -> Question.Options.lookback(anyLookback());
            case 1 -> new Question.Options(0, 1 + random.nextInt(8), false, false);
            case 2 -> new Question.Options(0, 0, true, random.nextBoolean());
            default -> new Question.Options(anyLookback(), 1 + random.nextInt(8), true, random.nextBoolean());
        };
    }

    private long anyLookback() {
        return LOOKBACKS_MILLIS[random.nextInt(LOOKBACKS_MILLIS.length)];
    }
}
