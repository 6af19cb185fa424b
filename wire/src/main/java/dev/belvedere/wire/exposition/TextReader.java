package dev.belvedere.wire.exposition;

import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.Exemplar;
import dev.belvedere.model.metrics.MetricType;
import dev.belvedere.model.metrics.NativeHistogram;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads the text format and, more strictly, OpenMetrics.
///
/// OpenMetrics differs in what surrounds the samples: no blank lines, no free comments, `# EOF` at the end,
/// timestamps in seconds, exemplars, units; and one space between the parts of a line, no more and nothing else.
final class TextReader implements ExpositionReader {

    private static final double MAX_SECONDS = Long.MAX_VALUE / 2000.0;

    /// Further ones are not told of.
    private static final int MAX_FAMILIES_WITHOUT_SAMPLE = 1000;

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

    /// Whether a sample came behind what the header says.
    private boolean hasSample;

    private final List<FamilyHeader> familiesWithoutSample = new ArrayList<>(0);
    private double value;
    private long timestampMillis;
    private int exemplarFrom;

    TextReader(byte[] bytes, int end, boolean isOpenMetrics) {
        this.bytes = bytes;
        this.end = end;
        this.isOpenMetrics = isOpenMetrics;
        this.lexer = new SeriesLexer(bytes, end, isOpenMetrics);
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
        leaveFamily();
        if (isOpenMetrics && !hasEof) {
            throw lexer.error(end, "the exposition ends without \"# EOF\"");
        }
        return false;
    }

    private void sample(int lineFrom) {
        keyFrom = lineFrom;
        keyTo = lexer.series(lineFrom);
        valueFrom = gap(keyTo);
        if (valueFrom == keyTo && bytes[keyTo - 1] != '}') {
            throw lexer.error(keyTo, "expected a space and a value after the metric, found " + lexer.found(keyTo));
        }
        if (header != FamilyHeader.NONE && !header.covers(lexer.name())) {
            leaveFamily();
            header = FamilyHeader.NONE;
        }
        hasSample = true;
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
        hasSample = true;
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
        int at = gap(from);
        if (at < end && bytes[at] != '\n' && bytes[at] != '#') {
            timestampMillis = isOpenMetrics ? secondsAsMillis(at) : millis(at);
            at = gap(decimals.end());
        }
        if (isOpenMetrics && at < end && bytes[at] == '#') {
            exemplarFrom = gap(at + 1);
            at = endOfLine(at);
        }
        if (at < end && bytes[at] != '\n') {
            throw lexer.error(at, "expected the end of the line, found " + lexer.found(at));
        }
        return at;
    }

    /// Behind what parts two fields of a line: in OpenMetrics one space, in the text format any blanks or none.
    private int gap(int from) {
        if (!isOpenMetrics) {
            return lexer.skipBlanks(from);
        }
        if (from >= end || bytes[from] == '\n') {
            return from;
        }
        int to = from + 1;
        boolean isOneSpace = bytes[from] == ' ' && to < end && bytes[to] != ' ' && bytes[to] != '\t';
        if (!isOneSpace || bytes[to] == '\n') {
            throw lexer.error(from, "OpenMetrics has one space between two fields, found " + lexer.found(from));
        }
        return to;
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

    /// A time beyond what milliseconds can tell is as late as they can: whoever takes the sample finds it too
    /// far ahead, and the others are good.
    private long secondsAsMillis(int at) {
        double seconds = number(at, "timestamp in seconds");
        if (Double.isNaN(seconds) || Double.isInfinite(seconds) || seconds < -MAX_SECONDS) {
            throw lexer.error(at, "expected a timestamp in seconds, found " + lexer.found(at));
        }
        return (long) (Math.min(seconds, MAX_SECONDS) * 1000);
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
        int keywordFrom = gap(from + 1);
        int keywordTo = wordEnd(keywordFrom, lineEnd);
        // A free comment may be in any encoding.
        String keyword = new String(bytes, keywordFrom, keywordTo - keywordFrom, StandardCharsets.ISO_8859_1);
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
                    if (keywordTo < lineEnd || position < end) {
                        throw lexer.error(keywordTo < lineEnd ? keywordTo : position, "nothing may follow \"# EOF\"");
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
        int nameFrom = gap(keywordTo);
        boolean isQuoted = nameFrom < lineEnd && bytes[nameFrom] == '"';
        int nameTo = isQuoted ? lexer.closingQuote(nameFrom) : lexer.nameEnd(nameFrom, true);
        if (nameTo > lineEnd) {
            throw lexer.error(nameFrom, "a double quote is not closed");
        }
        String name = lexer.text(isQuoted ? nameFrom + 1 : nameFrom, nameTo);
        int textFrom = textFrom(keyword, isQuoted ? nameTo + 1 : nameTo, lineEnd);
        FamilyHeader family = header.name().equals(name) ? header : nextFamily(name);
        hasSample = false;
        header = switch (keyword) {
            case "TYPE" -> family.withType(type(textFrom, lexer.text(textFrom, lineEnd)));
            case "UNIT" -> family.withUnit(unit(textFrom, lexer.text(textFrom, lineEnd), name));
            default -> family.withHelp(lexer.help(textFrom, lineEnd));
        };
    }

    private FamilyHeader nextFamily(String name) {
        leaveFamily();
        return new FamilyHeader(name, MetricType.UNKNOWN, "", "");
    }

    private void leaveFamily() {
        boolean isTold = hasSample || header == FamilyHeader.NONE;
        if (!isTold && familiesWithoutSample.size() < MAX_FAMILIES_WITHOUT_SAMPLE) {
            familiesWithoutSample.add(header);
        }
        hasSample = true;
    }

    /// Where the text behind a family's name begins; OpenMetrics lets it be empty, but not be left out.
    private int textFrom(String keyword, int nameTo, int lineEnd) {
        if (!isOpenMetrics) {
            return Math.min(lexer.skipBlanks(nameTo), lineEnd);
        }
        if (nameTo == lineEnd || bytes[nameTo] != ' ') {
            throw lexer.error(nameTo, "expected a space and the text of " + keyword + ", found " + lexer.found(nameTo));
        }
        return nameTo + 1;
    }

    private MetricType type(int at, String text) {
        String exposed = isOpenMetrics ? text : text.strip();
        MetricType type = MetricType.ofExposedName(exposed);
        boolean isKnown =
                type != MetricType.UNKNOWN || exposed.equals("unknown") || exposed.equals("untyped") && !isOpenMetrics;
        if (!isKnown) {
            throw lexer.error(at, "invalid metric type \"" + exposed + "\"");
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
    public List<FamilyHeader> familiesWithoutSample() {
        return familiesWithoutSample;
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
        return starts.isEmpty() ? NO_START : starts.of(prefixFrom, valueFrom, header);
    }

    @Override
    public List<Exemplar> exemplars() {
        if (exemplarFrom < 0) {
            return List.of();
        }
        SeriesLexer exemplarLexer = new SeriesLexer(bytes, end, true);
        int at = gap(exemplarLexer.exemplarLabels(exemplarFrom));
        double exemplarValue = number(at, "value of the exemplar");
        at = gap(decimals.end());
        boolean hasTime = at < end && bytes[at] != '\n';
        long millis = hasTime ? secondsAsMillis(at) : Exemplar.NO_TIMESTAMP;
        at = hasTime ? gap(decimals.end()) : at;
        if (at < end && bytes[at] != '\n') {
            throw lexer.error(at, "expected the end of the line, found " + lexer.found(at));
        }
        return List.of(new Exemplar(exemplarLexer.labels(""), exemplarValue, millis));
    }
}
