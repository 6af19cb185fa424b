package dev.belvedere.tsdb.frame;

import dev.belvedere.model.Tenant;
import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.tsdb.codec.ByteSink;
import dev.belvedere.tsdb.codec.HistogramCodec;
import dev.belvedere.tsdb.index.LabelPairs;
import dev.belvedere.tsdb.index.PairStrings;
import java.nio.ByteBuffer;
import java.util.function.IntConsumer;

/// Writes frames as docs/format/metrics-frame.md draws them. Not safe for concurrent use.
public final class FrameWriter {

    static final int VERSION = 1;
    static final int WITH_STARTS = 1;
    static final int HISTOGRAMS = 2;

    private final ByteSink frame = new ByteSink(1 << 16);
    private final ByteSink definitions = new ByteSink(1 << 10);
    private final ByteSink runs = new ByteSink(1 << 16);
    private final PairStrings strings = new PairStrings();

    /// What a frame holds.
    ///
    /// @param taken the samples of `samples` that go into it
    /// @param defined the series to define; only the first `definedCount`
    public record Content(
            Tenant tenant, long epoch, PendingSamples samples, TakenSamples taken, int[] defined, int definedCount) {}

    /// @param pairs the labels of the series
    /// @return valid until the next call
    public ByteBuffer write(Content content, LabelPairs pairs) {
        frame.clear();
        frame.putByte(VERSION);
        frame.putString(content.tenant().name());
        frame.putVarint(content.epoch());
        putDefinitions(content, pairs);
        putRuns(content);
        return frame.toBuffer();
    }

    private void putDefinitions(Content content, LabelPairs pairs) {
        definitions.clear();
        strings.clear();
        definitions.putVarint(content.definedCount());
        IntConsumer putPair = pair -> strings.putPair(pairs, pair, definitions);
        int expected = 0;
        for (int i = 0; i < content.definedCount(); i++) {
            int series = content.defined()[i];
            definitions.putZigzag((long) series - expected);
            expected = series + 1;
            definitions.putVarint(pairs.countOf(series));
            pairs.forEach(series, putPair);
        }
        strings.putStrings(frame);
        frame.putBytes(definitions);
    }

    private void putRuns(Content content) {
        PendingSamples samples = content.samples();
        TakenSamples taken = content.taken();
        runs.clear();
        int count = 0;
        long lastTime = 0;
        long expected = 0;
        for (int from = 0; from < taken.ranges(); ) {
            int to = runEnd(content, from);
            int first = taken.start(from);
            int length = 0;
            for (int range = from; range < to; range++) {
                length += taken.end(range) - taken.start(range);
            }
            boolean hasStarts = samples.start(first) != 0;
            boolean isHistogram = samples.histogram(first) != null;
            runs.putByte((hasStarts ? WITH_STARTS : 0) | (isHistogram ? HISTOGRAMS : 0));
            runs.putZigzag(samples.time(first) - lastTime);
            runs.putZigzag(samples.series(first) - expected);
            runs.putVarint(length);
            lastTime = samples.time(first);
            expected = samples.series(first) + (long) length;
            if (hasStarts) {
                putStarts(content, from, to);
            }
            if (isHistogram) {
                putHistograms(content, from, to);
            } else {
                putFloats(content, from, to, length);
            }
            count++;
            from = to;
        }
        frame.putVarint(count);
        frame.putBytes(runs);
    }

    /// How many of the ranges from one on are one run: they may have been apart where they were added.
    private static int runEnd(Content content, int from) {
        PendingSamples samples = content.samples();
        TakenSamples taken = content.taken();
        int first = taken.start(from);
        int expected = samples.series(first) + taken.end(from) - first;
        int to = from + 1;
        while (to < taken.ranges()
                && samples.series(taken.start(to)) == expected
                && samples.time(taken.start(to)) == samples.time(first)
                && samples.start(taken.start(to)) != 0 == (samples.start(first) != 0)
                && samples.isHistogram(taken.start(to)) == samples.isHistogram(first)) {
            expected += taken.end(to) - taken.start(to);
            to++;
        }
        return to;
    }

    private void putStarts(Content content, int from, int to) {
        PendingSamples samples = content.samples();
        for (int range = from; range < to; range++) {
            for (int at = content.taken().start(range); at < content.taken().end(range); at++) {
                long distance = samples.time(at) - samples.start(at);
                runs.putVarint(samples.start(at) == 0 ? 0 : (distance << 1 ^ distance >> 63) + 1);
            }
        }
    }

    private void putFloats(Content content, int from, int to, int count) {
        int lengths = runs.reserve((count + 1) / 2);
        int done = 0;
        for (int range = from; range < to; range++) {
            int start = content.taken().start(range);
            int length = content.taken().end(range) - start;
            runs.putDoubles(content.samples().values(), start, length, lengths, done);
            done += length;
        }
    }

    private void putHistograms(Content content, int from, int to) {
        for (int range = from; range < to; range++) {
            for (int at = content.taken().start(range); at < content.taken().end(range); at++) {
                NativeHistogram histogram = content.samples().histogram(at);
                if (histogram != null) {
                    HistogramCodec.encode(histogram, runs);
                }
            }
        }
    }
}
