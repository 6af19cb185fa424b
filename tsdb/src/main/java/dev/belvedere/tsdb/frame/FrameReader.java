package dev.belvedere.tsdb.frame;

import dev.belvedere.model.Fault;
import dev.belvedere.model.OperationException;
import dev.belvedere.model.Tenant;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.tsdb.codec.ByteSource;
import dev.belvedere.tsdb.codec.HistogramCodec;
import dev.belvedere.tsdb.codec.MalformedBytesException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Reads frames of the metrics log and hands their content to a [Visitor]. Not safe for concurrent use.
public final class FrameReader {

    /// Takes what a frame holds, in its order.
    public interface Visitor {

        void begin(Tenant tenant, long epoch);

        /// Whether the labels of a series are of use; [#define] is called only then.
        ///
        /// @param number the series' number in the frame's epoch
        boolean isWanted(int number);

        void define(int number, Labels labels);

        void floats(Floats run);

        void sample(int number, long timestampMillis, long startMillis, NativeHistogram histogram);
    }

    /// Floats of series with consecutive numbers at one moment. Valid during the call that it is handed to.
    ///
    /// @param first the number of the first series in the frame's epoch
    /// @param values only the first `count`
    /// @param starts the same; all 0 where none was told
    public record Floats(int first, int count, long timestampMillis, double[] values, long[] starts) {}

    /// So many floats are handed over at once: arrays do not grow with what a damaged frame says.
    private static final int MAX_FLOATS = 4096;

    private byte[] bytes = new byte[1 << 16];

    /// That of the frame before: mostly that of the next.
    private Tenant tenant = Tenant.DEFAULT;

    private int[] stringAt = new int[64];
    private int stringCount;

    /// Those that were asked for so far.
    private @Nullable String[] strings = new String[64];

    private final double[] values = new double[MAX_FLOATS];
    private final long[] starts = new long[MAX_FLOATS];
    private boolean hasStarts;

    /// @throws MalformedBytesException if the frame is not one of ours; part of it may have been visited
    public void read(ByteBuffer payload, Visitor visitor) {
        int length = payload.remaining();
        if (bytes.length < length) {
            bytes = new byte[length + length / 4];
        }
        payload.get(bytes, 0, length);
        ByteSource in = new ByteSource(bytes, 0, length);
        int version = in.getByte();
        if (version > FrameWriter.VERSION) {
            throw new OperationException(
                    "unsupported_version",
                    Fault.USER,
                    "the metrics log has frames of format version " + version + ", this release reads up to "
                            + FrameWriter.VERSION + ": run the release that wrote it");
        }
        if (version != FrameWriter.VERSION) {
            throw new MalformedBytesException("a frame of version " + version);
        }
        visitor.begin(tenant(in), in.getVarint());
        readDefinitions(in, visitor);
        long runs = in.getVarint();
        long time = 0;
        long number = 0;
        for (long i = 0; i < runs; i++) {
            int flags = in.getByte();
            time += in.getZigzag();
            number += in.getZigzag();
            int count = in.getIndex(in.remaining() * 2);
            if (number < 0 || number + count > Integer.MAX_VALUE) {
                throw new MalformedBytesException("series " + number + " and " + count + " more");
            }
            readRun(in, flags, new Run((int) number, time, count), visitor);
            number += count;
        }
    }

    private record Run(int first, long time, int count) {}

    private Tenant tenant(ByteSource in) {
        String name = in.getString();
        if (!name.equals(tenant.name())) {
            try {
                tenant = new Tenant(name);
            } catch (IllegalArgumentException e) {
                throw new MalformedBytesException(e.getMessage() == null ? "a bad tenant" : e.getMessage());
            }
        }
        return tenant;
    }

    private void readDefinitions(ByteSource in, Visitor visitor) {
        readStrings(in);
        int definitions = in.getCount(2);
        long number = 0;
        for (int i = 0; i < definitions; i++) {
            number += in.getZigzag();
            if (number < 0 || number >= Integer.MAX_VALUE) {
                throw new MalformedBytesException("series number " + number);
            }
            if (visitor.isWanted((int) number)) {
                visitor.define((int) number, labels(in));
            } else {
                skipLabels(in);
            }
            number++;
        }
    }

    /// Finds where the strings are; most frames define what is known already.
    private void readStrings(ByteSource in) {
        stringCount = in.getCount(1);
        if (stringAt.length < stringCount) {
            stringAt = new int[stringCount];
            strings = new String[stringCount];
        }
        Arrays.fill(strings, 0, stringCount, null);
        for (int i = 0; i < stringCount; i++) {
            stringAt[i] = in.position();
            in.skip(in.getCount(1));
        }
    }

    private String string(ByteSource in) {
        int at = in.getIndex(stringCount - 1);
        String known = strings[at];
        if (known == null) {
            int next = in.position();
            in.moveTo(stringAt[at]);
            known = in.getString();
            in.moveTo(next);
            strings[at] = known;
        }
        return known;
    }

    private void skipLabels(ByteSource in) {
        for (int l = 2 * in.getCount(2); l > 0; l--) {
            in.getIndex(stringCount - 1);
        }
    }

    private Labels labels(ByteSource in) {
        int count = in.getCount(2);
        String[] pairs = new String[2 * count];
        for (int l = 0; l < pairs.length; l++) {
            pairs[l] = string(in);
        }
        for (int l = 0; l < pairs.length; l += 2) {
            if (pairs[l + 1].isEmpty() || l > 0 && Labels.compareUtf8(pairs[l - 2], pairs[l]) >= 0) {
                throw new MalformedBytesException("labels out of order");
            }
        }
        return Labels.ofSorted(pairs);
    }

    private void readRun(ByteSource in, int flags, Run run, Visitor visitor) {
        int startsAt = in.position();
        hasStarts = (flags & FrameWriter.WITH_STARTS) != 0;
        for (int i = 0; hasStarts && i < run.count(); i++) {
            in.getVarint();
        }
        if ((flags & FrameWriter.HISTOGRAMS) != 0) {
            readHistograms(in, startsAt, run, visitor);
        } else {
            readFloats(in, startsAt, run, visitor);
        }
    }

    private void readHistograms(ByteSource in, int startsAt, Run run, Visitor visitor) {
        int from = startsAt;
        for (int i = 0; i < run.count(); i++) {
            from = readStarts(in, from, 1, run.time());
            visitor.sample(run.first() + i, run.time(), starts[0], HistogramCodec.decode(in));
        }
    }

    private void readFloats(ByteSource in, int startsAt, Run run, Visitor visitor) {
        int lengthsAt = in.position();
        in.skip((run.count() + 1) / 2);
        int from = startsAt;
        for (int done = 0; done < run.count(); done += MAX_FLOATS) {
            int count = Math.min(MAX_FLOATS, run.count() - done);
            from = readStarts(in, from, count, run.time());
            for (int i = 0; i < count; i++) {
                int both = in.byteAt(lengthsAt + (done + i >> 1));
                int length = (i & 1) == 0 ? both & 15 : both >>> 4;
                if (length > 8) {
                    throw new MalformedBytesException("a float of " + length + " bytes");
                }
                values[i] = Double.longBitsToDouble(in.getHighBytes(length));
            }
            visitor.floats(new Floats(run.first() + done, count, run.time(), values, starts));
        }
    }

    /// Reads start timestamps that stand at another place.
    ///
    /// @return where the next ones are
    private int readStarts(ByteSource in, int from, int count, long time) {
        if (!hasStarts) {
            Arrays.fill(starts, 0, count, 0);
            return from;
        }
        int next = in.position();
        in.moveTo(from);
        for (int i = 0; i < count; i++) {
            long coded = in.getVarint();
            long zigzag = coded - 1;
            starts[i] = coded == 0 ? 0 : time - (zigzag >>> 1 ^ -(zigzag & 1));
        }
        int end = in.position();
        in.moveTo(next);
        return end;
    }
}
