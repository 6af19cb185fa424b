package dev.belvedere.api.json;

/// Writes the samples of a series as Prometheus does, `[1790000000.5,"0.25"]`, with commas between them.
///
/// A value that is the one before once more, as rates of what rests are, costs a copy of its text.
final class PointTexts {

    /// The longest sample with what ends it.
    static final int MAX_BYTES = TimeTexts.MAX_BYTES + DecimalText.MAX_DOUBLE_BYTES + 2;

    private PointTexts() {}

    /// Writes the samples from `from` to `to`, exclusive; at least one.
    ///
    /// @param into has room for [#MAX_BYTES] a sample and [ByteWords#BEYOND]
    /// @return where the last one ends
    static int write(TimeTexts times, double[] values, int from, int to, byte[] into, int at) {
        int begin = times.copyFirst(from, into, at);
        int end = DecimalText.writeDouble(into, begin, values[from]);
        long lastBits = Double.doubleToRawLongBits(values[from]);
        for (int i = from + 1; i < to; i++) {
            int lastBegin = begin;
            int lastLength = end - begin;
            begin = times.copy(i, into, end);
            long bits = Double.doubleToRawLongBits(values[i]);
            if (bits == lastBits) {
                ByteWords.copy(into, lastBegin, into, begin, lastLength);
                end = begin + lastLength;
            } else {
                end = DecimalText.writeDouble(into, begin, values[i]);
                lastBits = bits;
            }
        }
        into[end++] = '"';
        into[end++] = ']';
        return end;
    }
}
