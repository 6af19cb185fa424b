package dev.belvedere.wire.exposition;

import dev.belvedere.model.metrics.MetricType;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/// When the counters, histograms and summaries of an OpenMetrics exposition began, gathered from their `_created`
/// lines before the samples are read: they stand behind the samples that they tell of.
final class StartTimestamps {

    static final StartTimestamps NONE = new StartTimestamps(Map.of());

    private static final byte[] CREATED = "_created".getBytes(StandardCharsets.US_ASCII);

    /// By family name and label text without `le` and `quantile`.
    private final Map<String, Long> millisByMetric;

    private StartTimestamps(Map<String, Long> millisByMetric) {
        this.millisByMetric = millisByMetric;
    }

    static StartTimestamps scan(byte[] bytes, int limit) {
        Map<String, Long> found = new HashMap<>();
        DecimalReader decimals = new DecimalReader();
        for (int at = 0; at < limit; at = lineEnd(bytes, at, limit) + 1) {
            int nameEnd = nameEnd(bytes, at, limit);
            if (bytes[at] != '#' && endsWithCreated(bytes, at, nameEnd)) {
                int keyEnd = keyEnd(bytes, nameEnd, limit);
                String labels = new String(bytes, nameEnd, keyEnd - nameEnd, StandardCharsets.UTF_8);
                String name = new String(bytes, at, nameEnd - at - CREATED.length, StandardCharsets.UTF_8);
                try {
                    double seconds = decimals.read(bytes, Math.min(keyEnd + 1, limit), limit);
                    found.put(name + labels, (long) (seconds * 1000));
                } catch (NumberFormatException e) {
                    // The reader comes to this line as a sample and says what is wrong with it.
                }
            }
        }
        return found.isEmpty() ? NONE : new StartTimestamps(found);
    }

    private static int lineEnd(byte[] bytes, int from, int limit) {
        int at = from;
        while (at < limit && bytes[at] != '\n') {
            at++;
        }
        return at;
    }

    private static int nameEnd(byte[] bytes, int from, int limit) {
        int at = from;
        while (at < limit && bytes[at] != '{' && bytes[at] != ' ' && bytes[at] != '\n') {
            at++;
        }
        return at;
    }

    /// Behind the closing brace, which may also stand inside a value.
    private static int keyEnd(byte[] bytes, int nameEnd, int limit) {
        int at = nameEnd;
        boolean isQuoted = false;
        if (at == limit || bytes[at] != '{') {
            return at;
        }
        while (at < limit && bytes[at] != '\n' && (isQuoted || bytes[at] != '}')) {
            if (bytes[at] == '"') {
                isQuoted = !isQuoted;
            }
            at += bytes[at] == '\\' ? 2 : 1;
        }
        return Math.min(at + 1, limit);
    }

    private static boolean endsWithCreated(byte[] bytes, int from, int nameEnd) {
        int start = nameEnd - CREATED.length;
        for (int i = 0; i < CREATED.length; i++) {
            if (start < from || bytes[start + i] != CREATED[i]) {
                return false;
            }
        }
        return true;
    }

    boolean isEmpty() {
        return millisByMetric.isEmpty();
    }

    /// @param prefixFrom to `prefixTo`: a sample's prefix, with or without headers
    long of(byte[] bytes, int prefixFrom, int prefixTo, FamilyHeader header) {
        String local = header.numericLabel();
        boolean isCumulative = !local.isEmpty() || header.type() == MetricType.COUNTER;
        if (!isCumulative) {
            return ExpositionReader.NO_START;
        }
        String prefix = new String(bytes, prefixFrom, prefixTo - prefixFrom, StandardCharsets.UTF_8);
        String line = prefix.substring(prefix.lastIndexOf('\n') + 1).strip();
        int brace = line.indexOf('{');
        String labels = brace < 0 ? "" : line.substring(brace);
        if (!local.isEmpty()) {
            labels = labels.replaceFirst(",?" + local + "=\"[^\"]*\"", "").replace("{,", "{");
            labels = labels.equals("{}") ? "" : labels;
        }
        return millisByMetric.getOrDefault(header.name() + labels, ExpositionReader.NO_START);
    }
}
