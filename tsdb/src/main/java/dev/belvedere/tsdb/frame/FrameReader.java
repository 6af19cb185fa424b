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

/// Reads frames of the metrics log and hands their content to a [Visitor]. Not safe for concurrent use.
public final class FrameReader {

    /// Takes what a frame holds, in its order.
    public interface Visitor {

        void begin(Tenant tenant, long epoch);

        /// @param number the series' number in the frame's epoch
        void define(int number, Labels labels);

        void sample(int number, long timestampMillis, long startMillis, double value);

        void sample(int number, long timestampMillis, long startMillis, NativeHistogram histogram);
    }

    private byte[] bytes = new byte[1 << 16];
    private long[] starts = new long[16];

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

    private static Tenant tenant(ByteSource in) {
        try {
            return new Tenant(in.getString());
        } catch (IllegalArgumentException e) {
            throw new MalformedBytesException(e.getMessage() == null ? "a bad tenant" : e.getMessage());
        }
    }

    private static void readDefinitions(ByteSource in, Visitor visitor) {
        String[] strings = new String[in.getCount(1)];
        for (int i = 0; i < strings.length; i++) {
            strings[i] = in.getString();
        }
        int definitions = in.getCount(2);
        long number = 0;
        for (int i = 0; i < definitions; i++) {
            number += in.getZigzag();
            if (number < 0 || number >= Integer.MAX_VALUE) {
                throw new MalformedBytesException("series number " + number);
            }
            visitor.define((int) number, labels(in, strings));
            number++;
        }
    }

    private static Labels labels(ByteSource in, String[] strings) {
        int count = in.getCount(2);
        String[] pairs = new String[2 * count];
        for (int l = 0; l < pairs.length; l++) {
            pairs[l] = strings[in.getIndex(strings.length - 1)];
        }
        for (int l = 0; l < pairs.length; l += 2) {
            if (pairs[l + 1].isEmpty() || l > 0 && Labels.compareUtf8(pairs[l - 2], pairs[l]) >= 0) {
                throw new MalformedBytesException("labels out of order");
            }
        }
        return Labels.ofSorted(pairs);
    }

    private void readRun(ByteSource in, int flags, Run run, Visitor visitor) {
        int count = run.count();
        boolean hasStarts = (flags & FrameWriter.WITH_STARTS) != 0;
        if (hasStarts) {
            readStarts(in, run);
        }
        if ((flags & FrameWriter.HISTOGRAMS) != 0) {
            for (int i = 0; i < count; i++) {
                visitor.sample(run.first() + i, run.time(), hasStarts ? starts[i] : 0, HistogramCodec.decode(in));
            }
            return;
        }
        int lengthsAt = in.position();
        in.skip((count + 1) / 2);
        for (int i = 0; i < count; i++) {
            int both = in.byteAt(lengthsAt + (i >> 1));
            int length = (i & 1) == 0 ? both & 15 : both >>> 4;
            if (length > 8) {
                throw new MalformedBytesException("a float of " + length + " bytes");
            }
            double value = Double.longBitsToDouble(in.getHighBytes(length));
            visitor.sample(run.first() + i, run.time(), hasStarts ? starts[i] : 0, value);
        }
    }

    private void readStarts(ByteSource in, Run run) {
        if (starts.length < run.count()) {
            starts = new long[run.count()];
        }
        for (int i = 0; i < run.count(); i++) {
            long coded = in.getVarint();
            long zigzag = coded - 1;
            starts[i] = coded == 0 ? 0 : run.time() - (zigzag >>> 1 ^ -(zigzag & 1));
        }
    }
}
