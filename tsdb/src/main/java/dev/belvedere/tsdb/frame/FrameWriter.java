package dev.belvedere.tsdb.frame;

import dev.belvedere.model.Tenant;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.tsdb.codec.ByteSink;
import dev.belvedere.tsdb.codec.HistogramCodec;
import it.unimi.dsi.fastutil.objects.Object2IntLinkedOpenHashMap;
import java.nio.ByteBuffer;
import java.util.function.IntFunction;

/// Writes frames as docs/format/metrics-frame.md draws them. Not safe for concurrent use.
public final class FrameWriter {

    static final int VERSION = 1;
    static final int WITH_STARTS = 1;
    static final int HISTOGRAMS = 2;

    private final ByteSink frame = new ByteSink(1 << 16);
    private final ByteSink definitions = new ByteSink(1 << 10);
    private final ByteSink runs = new ByteSink(1 << 16);
    private final Object2IntLinkedOpenHashMap<String> strings = new Object2IntLinkedOpenHashMap<>();

    /// What a frame holds.
    ///
    /// @param picked the samples of `samples` that go into it, in order; only the first `count`
    /// @param defined the series to define; only the first `definedCount`
    public record Content(
            Tenant tenant,
            long epoch,
            PendingSamples samples,
            int[] picked,
            int count,
            int[] defined,
            int definedCount) {}

    /// @return valid until the next call
    public ByteBuffer write(Content content, IntFunction<Labels> labels) {
        frame.clear();
        frame.putByte(VERSION);
        frame.putString(content.tenant().name());
        frame.putVarint(content.epoch());
        putDefinitions(content, labels);
        putRuns(content);
        return frame.toBuffer();
    }

    private void putDefinitions(Content content, IntFunction<Labels> labels) {
        definitions.clear();
        strings.clear();
        definitions.putVarint(content.definedCount());
        int expected = 0;
        for (int i = 0; i < content.definedCount(); i++) {
            int series = content.defined()[i];
            definitions.putZigzag((long) series - expected);
            expected = series + 1;
            Labels set = labels.apply(series);
            definitions.putVarint(set.size());
            for (int l = 0; l < set.size(); l++) {
                definitions.putVarint(position(set.name(l)));
                definitions.putVarint(position(set.value(l)));
            }
        }
        frame.putVarint(strings.size());
        for (String text : strings.keySet()) {
            frame.putString(text);
        }
        frame.putBytes(definitions);
    }

    private int position(String text) {
        int next = strings.size();
        int known = strings.putIfAbsent(text, next);
        return strings.size() > next ? next : known;
    }

    private void putRuns(Content content) {
        runs.clear();
        int count = 0;
        long lastTime = 0;
        long expected = 0;
        for (int from = 0; from < content.count(); ) {
            int to = runEnd(content, from);
            PendingSamples samples = content.samples();
            int first = content.picked()[from];
            boolean hasStarts = samples.start(first) != 0;
            boolean isHistogram = samples.histogram(first) != null;
            runs.putByte((hasStarts ? WITH_STARTS : 0) | (isHistogram ? HISTOGRAMS : 0));
            runs.putZigzag(samples.time(first) - lastTime);
            runs.putZigzag(samples.series(first) - expected);
            runs.putVarint(to - from);
            lastTime = samples.time(first);
            expected = samples.series(first) + (long) (to - from);
            if (hasStarts) {
                putStarts(content, from, to);
            }
            if (isHistogram) {
                putHistograms(content, from, to);
            } else {
                putFloats(content, from, to);
            }
            count++;
            from = to;
        }
        frame.putVarint(count);
        frame.putBytes(runs);
    }

    private static int runEnd(Content content, int from) {
        PendingSamples samples = content.samples();
        int[] picked = content.picked();
        long time = samples.time(picked[from]);
        boolean hasStart = samples.start(picked[from]) != 0;
        boolean isHistogram = samples.histogram(picked[from]) != null;
        int expected = samples.series(picked[from]) + 1;
        int to = from + 1;
        while (to < content.count()
                && samples.series(picked[to]) == expected
                && samples.time(picked[to]) == time
                && samples.start(picked[to]) != 0 == hasStart
                && samples.histogram(picked[to]) != null == isHistogram) {
            to++;
            expected++;
        }
        return to;
    }

    private void putStarts(Content content, int from, int to) {
        PendingSamples samples = content.samples();
        for (int i = from; i < to; i++) {
            int at = content.picked()[i];
            long distance = samples.time(at) - samples.start(at);
            runs.putVarint(samples.start(at) == 0 ? 0 : (distance << 1 ^ distance >> 63) + 1);
        }
    }

    private void putFloats(Content content, int from, int to) {
        PendingSamples samples = content.samples();
        int count = to - from;
        int lengths = runs.reserve((count + 1) / 2);
        for (int i = 0; i < count; i++) {
            long bits = Double.doubleToRawLongBits(samples.value(content.picked()[from + i]));
            int length = ByteSink.significantBytes(bits);
            runs.orByte(lengths + (i >> 1), (i & 1) == 0 ? length : length << 4);
            if (length > 0) {
                runs.putLowBytes(bits >>> 64 - 8 * length, length);
            }
        }
    }

    private void putHistograms(Content content, int from, int to) {
        for (int i = from; i < to; i++) {
            NativeHistogram histogram = content.samples().histogram(content.picked()[i]);
            if (histogram != null) {
                HistogramCodec.encode(histogram, runs);
            }
        }
    }
}
