package dev.belvedere.wire.exposition;

import dev.belvedere.model.metrics.MetricType;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/// When the counters, histograms and summaries of an OpenMetrics exposition began, gathered from their `_created`
/// lines before the samples are read: they stand behind the samples that they tell of.
final class StartTimestamps {

    static final StartTimestamps NONE = new StartTimestamps(new byte[0], 0, Map.of());

    private static final String SUFFIX = "_created";
    private static final byte[] CREATED = SUFFIX.getBytes(StandardCharsets.US_ASCII);

    private final byte[] bytes;
    private final SeriesLexer lexer;

    /// By family name and labels without `le` and `quantile`.
    private final Map<String, Long> millisByMetric;

    private StartTimestamps(byte[] bytes, int limit, Map<String, Long> millisByMetric) {
        this.bytes = bytes;
        this.lexer = new SeriesLexer(bytes, limit, true);
        this.millisByMetric = millisByMetric;
    }

    static StartTimestamps scan(byte[] bytes, int limit) {
        StartTimestamps found = new StartTimestamps(bytes, limit, new HashMap<>());
        DecimalReader decimals = new DecimalReader();
        int at = 0;
        while (at < limit) {
            int end = lineEnd(bytes, at, limit);
            if (bytes[at] != '#' && mayBeCreated(bytes, at, end)) {
                found.read(at, end, decimals);
            }
            at = end + 1;
        }
        return found.isEmpty() ? NONE : found;
    }

    private static int lineEnd(byte[] bytes, int from, int limit) {
        int at = from;
        while (at < limit && bytes[at] != '\n') {
            at++;
        }
        return at;
    }

    /// Whether the name of the series in this line ends like that of a start, if there is nothing odd about its quotes.
    private static boolean mayBeCreated(byte[] bytes, int from, int end) {
        boolean isQuoted = end - from > 1 && bytes[from] == '{' && bytes[from + 1] == '"';
        int at = isQuoted ? from + 2 : from;
        while (at < end && (isQuoted ? bytes[at] != '"' : bytes[at] != '{' && bytes[at] != ' ')) {
            at++;
        }
        int start = at - CREATED.length;
        for (int i = 0; i < CREATED.length; i++) {
            if (start < from || bytes[start + i] != CREATED[i]) {
                return false;
            }
        }
        return true;
    }

    private void read(int from, int end, DecimalReader decimals) {
        try {
            int keyEnd = lexer.series(from);
            String name = lexer.name();
            double seconds = decimals.read(bytes, Math.min(keyEnd + 1, end), end);
            if (name.endsWith(SUFFIX)) {
                String family = name.substring(0, name.length() - SUFFIX.length());
                millisByMetric.put(lexer.key(family, ""), (long) (seconds * 1000));
            }
        } catch (ExpositionException | NumberFormatException e) {
            // The reader comes to this line as a sample and says what is wrong with it.
        }
    }

    boolean isEmpty() {
        return millisByMetric.isEmpty();
    }

    /// @param prefixFrom to `prefixTo`: a sample's prefix, with or without headers
    long of(int prefixFrom, int prefixTo, FamilyHeader header) {
        boolean isCumulative = header.type() == MetricType.COUNTER
                || header.type() == MetricType.HISTOGRAM
                || header.type() == MetricType.SUMMARY;
        if (!isCumulative) {
            return ExpositionReader.NO_START;
        }
        int lineFrom = prefixTo;
        while (lineFrom > prefixFrom && bytes[lineFrom - 1] != '\n') {
            lineFrom--;
        }
        lexer.series(lineFrom);
        return millisByMetric.getOrDefault(lexer.key(header.name(), header.numericLabel()), ExpositionReader.NO_START);
    }
}
