package dev.belvedere.wire.exposition;

import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.Exemplar;
import dev.belvedere.model.metrics.MetricType;
import dev.belvedere.model.metrics.NativeHistogram;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads the text format and, more strictly, OpenMetrics.
///
/// OpenMetrics differs in what surrounds the samples: no blank lines, no free comments, `# EOF` at the end,
/// timestamps in seconds, exemplars, units.
final class TextReader implements ExpositionReader {

    private final byte[] bytes;

    /// How many of the bytes are the exposition.
    private final int end;

    private final boolean isOpenMetrics;
    private final SeriesLexer lexer;
    private final DecimalReader decimals = new DecimalReader();
    private final StartTimestamps starts;

    private int position;
    private int prefixFrom;
    private int keyFrom;
    private int keyTo;
    private int valueFrom;
    private boolean hasEof;

    private FamilyHeader header = FamilyHeader.NONE;
    private double value;
    private long timestampMillis;
    private int exemplarFrom;

    TextReader(byte[] bytes, int end, boolean isOpenMetrics) {
        this.bytes = bytes;
        this.end = end;
        this.isOpenMetrics = isOpenMetrics;
        this.lexer = new SeriesLexer(bytes, end);
        this.starts = isOpenMetrics ? StartTimestamps.scan(bytes, end) : StartTimestamps.NONE;
    }

    @Override
    public boolean next() {
        prefixFrom = position;
        while (position < end) {
            int lineFrom = isOpenMetrics ? position : lexer.skipBlanks(position);
            if (lineFrom == end) {
                break;
            }
            if (bytes[lineFrom] == '#') {
                comment(lineFrom);
            } else if (bytes[lineFrom] == '\n') {
                if (isOpenMetrics) {
                    throw lexer.error(lineFrom, "OpenMetrics has no blank lines");
                }
                position = lineFrom + 1;
            } else {
                sample(lineFrom);
                return true;
            }
        }
        if (isOpenMetrics && !hasEof) {
            throw lexer.error(end, "the exposition ends without \"# EOF\"");
        }
        return false;
    }

    private void sample(int lineFrom) {
        keyFrom = lineFrom;
        keyTo = lexer.series(lineFrom);
        valueFrom = lexer.skipBlanks(keyTo);
        if (valueFrom == keyTo && bytes[keyTo - 1] != '}') {
            throw lexer.error(keyTo, "expected a space and a value after the metric, found " + lexer.found(keyTo));
        }
        if (header != FamilyHeader.NONE && !header.covers(lexer.name())) {
            header = FamilyHeader.NONE;
        }
        valueAndTail();
    }

    @Override
    public boolean nextIfSame(byte[] prefix, int from, int length, FamilyHeader known) {
        int to = position + length;
        if (to >= end || !Arrays.equals(bytes, position, to, prefix, from, from + length)) {
            return false;
        }
        prefixFrom = position;
        valueFrom = to;
        keyFrom = -1;
        header = known;
        valueAndTail();
        return true;
    }

    private void valueAndTail() {
        value = number(valueFrom, "value");
        timestampMillis = NO_TIMESTAMP;
        exemplarFrom = -1;
        int at = decimals.end();
        if (at < end && bytes[at] != '\n') {
            at = tail(at);
        }
        position = Math.min(at + 1, end);
    }

    /// A timestamp and an exemplar, each if there is one.
    private int tail(int from) {
        int at = lexer.skipBlanks(from);
        if (at < end && bytes[at] != '\n' && bytes[at] != '#') {
            timestampMillis = isOpenMetrics ? secondsAsMillis(at) : millis(at);
            at = lexer.skipBlanks(decimals.end());
        }
        if (isOpenMetrics && at < end && bytes[at] == '#') {
            exemplarFrom = lexer.skipBlanks(at + 1);
            at = endOfLine(at);
        }
        if (at < end && bytes[at] != '\n') {
            throw lexer.error(at, "expected the end of the line, found " + lexer.found(at));
        }
        return at;
    }

    private double number(int at, String what) {
        try {
            return decimals.read(bytes, at, end);
        } catch (NumberFormatException e) {
            throw lexer.error(at, "expected a " + what + ", found " + lexer.found(at));
        }
    }

    private long millis(int at) {
        double millis = number(at, "timestamp in milliseconds");
        if (millis != Math.rint(millis) || Math.abs(millis) > Long.MAX_VALUE / 2.0) {
            throw lexer.error(at, "expected a timestamp in whole milliseconds, found " + lexer.found(at));
        }
        return (long) millis;
    }

    private long secondsAsMillis(int at) {
        double seconds = number(at, "timestamp in seconds");
        if (Double.isNaN(seconds) || Math.abs(seconds) > Long.MAX_VALUE / 2000.0) {
            throw lexer.error(at, "expected a timestamp in seconds, found " + lexer.found(at));
        }
        return (long) (seconds * 1000);
    }

    private int endOfLine(int from) {
        int at = from;
        while (at < end && bytes[at] != '\n') {
            at++;
        }
        return at;
    }

    private void comment(int from) {
        int lineEnd = endOfLine(from);
        position = Math.min(lineEnd + 1, end);
        int keywordFrom = lexer.skipBlanks(from + 1);
        int keywordTo = wordEnd(keywordFrom, lineEnd);
        String keyword = lexer.text(keywordFrom, keywordTo);
        switch (keyword) {
            case "HELP", "TYPE" -> header(keyword, keywordTo, lineEnd);
            case "UNIT" -> {
                if (isOpenMetrics) {
                    header(keyword, keywordTo, lineEnd);
                }
            }
            case "EOF" -> {
                if (isOpenMetrics) {
                    hasEof = true;
                    if (position < end) {
                        throw lexer.error(position, "nothing may follow \"# EOF\"");
                    }
                }
            }
            default -> {
                if (isOpenMetrics) {
                    throw lexer.error(from, "expected HELP, TYPE, UNIT or EOF, found " + lexer.found(from));
                }
            }
        }
    }

    private int wordEnd(int from, int limit) {
        int at = from;
        while (at < limit && bytes[at] != ' ' && bytes[at] != '\t') {
            at++;
        }
        return at;
    }

    private void header(String keyword, int keywordTo, int lineEnd) {
        int nameFrom = lexer.skipBlanks(keywordTo);
        boolean isQuoted = nameFrom < lineEnd && bytes[nameFrom] == '"';
        int nameTo = isQuoted ? lexer.closingQuote(nameFrom) : lexer.nameEnd(nameFrom, true);
        String name = lexer.text(isQuoted ? nameFrom + 1 : nameFrom, nameTo);
        int textFrom = Math.min(lexer.skipBlanks(isQuoted ? nameTo + 1 : nameTo), lineEnd);
        String text = lexer.text(textFrom, lineEnd);
        FamilyHeader family = header.name().equals(name) ? header : new FamilyHeader(name, MetricType.UNKNOWN, "", "");
        header = switch (keyword) {
            case "TYPE" -> family.withType(type(textFrom, text.strip()));
            case "UNIT" -> family.withUnit(unit(textFrom, text, name));
            default -> family.withHelp(text);
        };
    }

    private MetricType type(int at, String text) {
        MetricType type = MetricType.ofExposedName(text);
        boolean isKnown = type != MetricType.UNKNOWN || text.equals("untyped") || text.equals("unknown");
        if (!isKnown) {
            throw lexer.error(at, "invalid metric type \"" + text + "\"");
        }
        return type;
    }

    private String unit(int at, String unit, String name) {
        if (!unit.isEmpty() && !name.endsWith("_" + unit)) {
            throw lexer.error(at, "unit \"" + unit + "\" is not the end of the metric name \"" + name + "\"");
        }
        return unit;
    }

    @Override
    public byte[] bytes() {
        return bytes;
    }

    @Override
    public int prefixFrom() {
        return prefixFrom;
    }

    @Override
    public int prefixLength() {
        return valueFrom - prefixFrom;
    }

    @Override
    public int keyFrom() {
        return keyFrom;
    }

    @Override
    public int keyLength() {
        return keyTo - keyFrom;
    }

    @Override
    public FamilyHeader header() {
        return header;
    }

    @Override
    public Labels labels() {
        return lexer.labels(header.numericLabel());
    }

    @Override
    public double value() {
        return value;
    }

    @Override
    public @Nullable NativeHistogram histogram() {
        return null;
    }

    @Override
    public long timestampMillis() {
        return timestampMillis;
    }

    @Override
    public long startMillis() {
        return starts.isEmpty() ? NO_START : starts.of(bytes, prefixFrom, valueFrom, header);
    }

    @Override
    public List<Exemplar> exemplars() {
        if (exemplarFrom < 0) {
            return List.of();
        }
        SeriesLexer exemplarLexer = new SeriesLexer(bytes, end);
        int at = lexer.skipBlanks(exemplarLexer.exemplarLabels(exemplarFrom));
        double exemplarValue = number(at, "value of the exemplar");
        at = lexer.skipBlanks(decimals.end());
        boolean hasTime = at < end && bytes[at] != '\n';
        long millis = hasTime ? secondsAsMillis(at) : Exemplar.NO_TIMESTAMP;
        at = hasTime ? lexer.skipBlanks(decimals.end()) : at;
        if (at < end && bytes[at] != '\n') {
            throw lexer.error(at, "expected the end of the line, found " + lexer.found(at));
        }
        return List.of(new Exemplar(exemplarLexer.labels(""), exemplarValue, millis));
    }
}
