package dev.belvedere.wire.exposition;

/// What becomes of histograms.
///
/// @param readsNative whether native histograms, which only protobuf has, are read; otherwise their classic buckets are
/// @param keepsClassic whether the classic buckets of a histogram that is also native, or becomes so, are read besides
/// @param convertsClassic whether a classic histogram becomes a native one with the same bounds
public record HistogramOptions(boolean readsNative, boolean keepsClassic, boolean convertsClassic) {

    public static final HistogramOptions CLASSIC = new HistogramOptions(false, true, false);
    public static final HistogramOptions NATIVE = new HistogramOptions(true, false, false);
}
