package dev.belvedere.api.json;

/// Writes the samples of a series as Prometheus does, `[1790000000.5,"0.25"]`, with commas between them.
///
/// A value that is the one before once more, as rates of what rests are, costs a copy of its text.
final class PointTexts {

    /// The longest sample with its comma.
    static final int MAX_BYTES = TimeTexts.MAX_BYTES + DecimalText.MAX_DOUBLE_BYTES + 3;

    private PointTexts() {}

    /// Writes the samples from `from` to `to`, exclusive; at least one.
    ///
    /// @param into has room for [#MAX_BYTES] a sample and [ByteWords#BEYOND]
    /// @return where the last one ends
    static int write(TimeTexts times, double[] values, int from, int to, byte[] into, int at) {
        int end = at;
        long lastBits = 0;
        int lastBegin = 0;
        int lastLength = 0;
        for (int i = from; i < to; i++) {
            int begin = times.copy(i, into, end);
            long bits = Double.doubleToRawLongBits(values[i]);
            if (bits == lastBits && lastLength > 0) {
                ByteWords.copy(into, lastBegin, into, begin, lastLength);
                end = begin + lastLength;
            } else {
                end = DecimalText.writeDouble(into, begin, values[i]);
                into[end++] = '"';
                into[end++] = ']';
                into[end++] = ',';
                lastBits = bits;
                lastLength = end - begin;
            }
            lastBegin = begin;
        }
        return end - 1;
    }
}
