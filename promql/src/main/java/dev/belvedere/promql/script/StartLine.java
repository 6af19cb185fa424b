package dev.belvedere.promql.script;

import dev.belvedere.model.Durations;
import dev.belvedere.model.labels.Labels;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A line that tells when the samples of the next line were started: `metric{a="b"}@st _ -1mx3
/// -30s-1mx2`. Offsets are counted from each sample's own time.
record StartLine(Labels labels, List<SequenceValue> offsets) {

    private static final String DURATION = "[+-]?\\d+[a-wyzA-Z]*";
    private static final Pattern ITEM = Pattern.compile("(" + DURATION + ")(?:([+-]" + DURATION + ")x(\\d+)|x(\\d+))?");
    private static final Pattern OMITTED = Pattern.compile("_(?:x(\\d+))?");

    static boolean isOne(String line) {
        int end = SeriesLine.endOfLabels(line);
        return line.startsWith("@st", end) || line.substring(0, end).endsWith("@st");
    }

    static StartLine parse(String line) {
        int end = SeriesLine.endOfLabels(line);
        boolean isInside = line.substring(0, end).endsWith("@st");
        String metric = line.substring(0, isInside ? end - 3 : end);
        String values = line.substring(isInside ? end : end + 3).strip();
        List<SequenceValue> offsets = new ArrayList<>();
        for (String item : values.split("\\s+")) {
            read(item, offsets);
        }
        return new StartLine(SeriesLine.parse(metric).labels(), offsets);
    }

    private static void read(String item, List<SequenceValue> into) {
        Matcher omitted = OMITTED.matcher(item);
        if (omitted.matches()) {
            int count = omitted.group(1) == null ? 1 : SeriesLine.count(omitted.group(1));
            for (int i = 0; i < Math.min(count, SeriesLine.MAX_VALUES); i++) {
                into.add(SequenceValue.OMITTED);
            }
            return;
        }
        Matcher matcher = ITEM.matcher(item);
        if (!matcher.matches()) {
            throw new ScriptException("invalid ST item \"" + item + "\"");
        }
        long offset = millis(matcher.group(1));
        long increment = matcher.group(2) == null ? 0 : millis(matcher.group(2));
        String repetitions = matcher.group(3) == null ? matcher.group(4) : matcher.group(3);
        int count = repetitions == null ? 0 : SeriesLine.count(repetitions);
        for (int i = 0; i <= Math.min(count, SeriesLine.MAX_VALUES); i++) {
            into.add(SequenceValue.of((double) offset));
            offset += increment;
        }
    }

    private static long millis(String text) {
        return switch (text.charAt(0)) {
            case '-' -> -millis(text.substring(1));
            case '+' -> millis(text.substring(1));
            default -> Durations.parseMillis(text);
        };
    }

    void requireFits(SeriesLine series) {
        if (!series.labels().equals(labels)) {
            throw new ScriptException("@st metric does not match the following sample line metric");
        }
        if (series.values().size() != offsets.size()) {
            throw new ScriptException("@st line has " + offsets.size() + " values but sample line has "
                    + series.values().size());
        }
    }
}
