package dev.belvedere.wire.exposition;

import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.Exemplar;
import dev.belvedere.model.metrics.NativeHistogram;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Goes once over the samples of an exposition. Used by one thread.
///
/// Every sample has a *prefix*: all bytes from the end of the sample before it to its value, headers included; and
/// in it a *key*: the bytes that name the series. Targets expose the same series in the same order every time, so
/// a caller that keeps the prefixes of the last exposition reads the next with [#nextIfSame]: one comparison of
/// bytes instead of taking the line apart.
///
/// Accessors tell of the current sample, and only [#next] makes [#labels] available.
public interface ExpositionReader {

    /// The time of a sample that carries none.
    long NO_TIMESTAMP = Long.MIN_VALUE;

    /// The start of a cumulative sample that does not tell when it was started.
    long NO_START = 0;

    /// Moves to the next sample; false at the end.
    ///
    /// @throws ExpositionException if the exposition does not keep to its format, or ends too early
    boolean next();

    /// Moves to the next sample if its prefix is this very one.
    ///
    /// @param header the family header that stood when this prefix was first read
    /// @return false if it is another, or if the reader makes up the bytes of its samples anew each time; then
    ///     nothing has moved
    default boolean nextIfSame(byte[] prefix, int from, int length, FamilyHeader header) {
        return false;
    }

    /// Holds the prefixes and keys of all samples so far. [#next] may replace the array by a longer copy, but bytes
    /// once written stay: callers keep the array that they get at the end.
    byte[] bytes();

    int keyFrom();

    int keyLength();

    /// The key, where there is nothing else to the prefix.
    default int prefixFrom() {
        return keyFrom();
    }

    default int prefixLength() {
        return keyLength();
    }

    /// The header of the family that the current sample belongs to.
    FamilyHeader header();

    /// Families that a header told of, or told more of, without a sample behind it; all of them once [#next] was false.
    default List<FamilyHeader> familiesWithoutSample() {
        return List.of();
    }

    /// The labels with `__name__`, `le` and `quantile` in their usual form.
    ///
    /// @throws ExpositionException if a name is given twice or a value is not UTF-8
    Labels labels();

    double value();

    /// The sample, where it is a native histogram; then [#value] is meaningless.
    @Nullable
    NativeHistogram histogram();

    /// [#NO_TIMESTAMP] where the target gave none.
    long timestampMillis();

    /// [#NO_START] where the target gave none.
    long startMillis();

    List<Exemplar> exemplars();

    /// @param bytes a whole exposition; not changed, and read until the reader is done
    static ExpositionReader of(ExpositionFormat format, byte[] bytes, HistogramOptions options) {
        return of(format, bytes, bytes.length, options);
    }

    /// @param length how many of the bytes are the exposition
    static ExpositionReader of(ExpositionFormat format, byte[] bytes, int length, HistogramOptions options) {
        ExpositionReader reader = switch (format) {
            case PROTOBUF -> new ProtobufExposition(bytes, length, options);
            case OPENMETRICS_1_0_0, OPENMETRICS_0_0_1 -> new TextReader(bytes, length, true);
            case TEXT_0_0_4, TEXT_1_0_0 -> new TextReader(bytes, length, false);
        };
        return options.convertsClassic() ? new ClassicHistogramReader(reader, options.keepsClassic()) : reader;
    }
}
