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
    private static final long[] STEPS_MILLIS = {15_000, 30_000, 60_000, 37_000, 120_000, 5_000, 300_000};

    /// In how many orders the series can come.
    public static final int ORDERS = 3;

    private final Random random;
    private final RandomStore store;
    private final RandomExpression expressions;
    private @Nullable Question last;

    /// @param isNewest whether what the oldest reference does not have may be asked too
    public Examination(long seed, boolean isNewest) {
        store = new RandomStore(seed);
        random = new Random(seed ^ 0x5eed);
        expressions = new RandomExpression(random, new Vocabulary(random, store.startMillis()), isNewest);
    }

    /// The content type of [#requests].
    public static String contentType() {
        return WriteRequest.CONTENT_TYPE;
    }

    /// The data as remote write requests, oldest samples first.
    ///
    /// @param order of the series, below [#ORDERS]: metric by metric of a target, target by target, or backwards
    public List<byte[]> requests(int order) {
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
            WriteRequest request = new WriteRequest();
            for (RandomSeries one : series) {
                request.add(one, from, from + SLICE_MILLIS);
            }
            if (!request.isEmpty()) {
                requests.add(request.body());
            }
        }
        return requests;
    }

    /// When its data begin.
    public long startMillis() {
        return store.startMillis();
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
        long at = store.startMillis() - 120_000 + random.nextInt((int) RandomStore.LENGTH_MILLIS + 600_000);
        if (random.nextInt(4) == 0) {
            at = at / 15_000 * 15_000;
        }
        if (random.nextBoolean()) {
            return new Question(query, at, at, 0);
        }
        long step = STEPS_MILLIS[random.nextInt(STEPS_MILLIS.length)];
        return new Question(query, at, at + step * random.nextInt(20) + random.nextInt(2) * 1000, step);
    }
}
