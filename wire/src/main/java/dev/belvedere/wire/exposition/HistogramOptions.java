package dev.belvedere.wire.exposition;

/// What becomes of native histograms in an exposition that has them; only protobuf does.
///
/// @param readsNative whether they are read at all; otherwise only their classic buckets are
/// @param keepsClassic whether the classic buckets of a histogram that is also native are read besides
public record HistogramOptions(boolean readsNative, boolean keepsClassic) {

    public static final HistogramOptions CLASSIC = new HistogramOptions(false, true);
    public static final HistogramOptions NATIVE = new HistogramOptions(true, false);
}
