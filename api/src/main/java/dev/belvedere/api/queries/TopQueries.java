package dev.belvedere.api.queries;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What queries cost since the start, by text. When there are too many texts, the one that cost least goes. Safe from
/// any thread.
final class TopQueries {

    /// Longer texts are cut.
    private static final int MAX_TEXT_LENGTH = 2000;

    record Cost(QueryLanguage language, String text, Total total) {}

    /// @param count how often it was asked
    /// @param failures of these
    /// @param worstNanos the longest of all elapsed times
    /// @param samplesRead samples decoded from storage
    /// @param bytesRead of logs and traces
    /// @param steps asked for; of these `stepsKept` were not worked out anew
    record Total(
            long count,
            long failures,
            long totalNanos,
            long worstNanos,
            long samplesRead,
            long bytesRead,
            long steps,
            long stepsKept,
            long lastMillis) {

        static final Total NONE = new Total(0, 0, 0, 0, 0, 0, 0, 0, 0);

        Total plus(FinishedQuery query) {
            return new Total(
                    count + 1,
                    failures + (query.isFailure() ? 1 : 0),
                    totalNanos + query.totalNanos(),
                    Math.max(worstNanos, query.totalNanos()),
                    samplesRead + query.samplesRead(),
                    bytesRead + query.bytesRead(),
                    steps + query.cost().steps(),
                    stepsKept + query.cost().stepsKept(),
                    query.endMillis());
        }
    }

    /// By what the list is ordered.
    enum Order {
        TOTAL(Comparator.comparingLong((Cost c) -> c.total().totalNanos())),
        WORST(Comparator.comparingLong((Cost c) -> c.total().worstNanos())),
        COUNT(Comparator.comparingLong((Cost c) -> c.total().count())),
        SAMPLES(Comparator.comparingLong((Cost c) -> c.total().samplesRead())),
        BYTES(Comparator.comparingLong((Cost c) -> c.total().bytesRead()));

        private final Comparator<Cost> ascending;

        Order(Comparator<Cost> ascending) {
            this.ascending = ascending;
        }
    }

    private record Key(QueryLanguage language, String text) {}

    private final int maxTexts;

    @GuardedBy("this")
    private final Map<Key, Total> byKey = new HashMap<>();

    TopQueries(int maxTexts) {
        this.maxTexts = maxTexts;
    }

    synchronized void add(FinishedQuery query) {
        if (maxTexts == 0) {
            return;
        }
        String text = query.description().text();
        Key key = new Key(
                query.description().language(),
                text.length() > MAX_TEXT_LENGTH ? text.substring(0, MAX_TEXT_LENGTH) : text);
        byKey.put(key, byKey.getOrDefault(key, Total.NONE).plus(query));
        if (byKey.size() > maxTexts) {
            byKey.entrySet().stream()
                    .filter(e -> !e.getKey().equals(key))
                    .min(Comparator.comparingLong(e -> e.getValue().totalNanos()))
                    .ifPresent(least -> byKey.remove(least.getKey()));
        }
    }

    /// The largest first.
    List<Cost> list(Order order, int limit) {
        List<Cost> all = new ArrayList<>();
        synchronized (this) {
            byKey.forEach((key, total) -> all.add(new Cost(key.language(), key.text(), total)));
        }
        all.sort(order.ascending.reversed().thenComparing(Cost::text));
        return all.size() > limit ? List.copyOf(all.subList(0, limit)) : all;
    }
}
