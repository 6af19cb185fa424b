package dev.belvedere.wire.remotewrite;

import dev.belvedere.model.labels.Labels;
import dev.belvedere.wire.WireFormatException;
import dev.belvedere.wire.protobuf.ProtobufReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// The names and values of one request of remote write 2.0, by number: where they lie, and the keys of their bytes.
///
/// Senders put them in front, so they are read as they come. Whoever asks for one that has not come yet has the rest of
/// the request looked through.
final class SymbolTable {

    /// The field of a request that holds one.
    static final int FIELD = 4;

    private static final int MAX_SYMBOLS = 1 << 20;
    private static final byte[] METRIC_NAME = Labels.METRIC_NAME.getBytes(StandardCharsets.UTF_8);

    /// Room that is kept from one request to the next.
    private static final int KEPT_SYMBOLS = 1 << 15;

    private final SeriesKey key = new SeriesKey();
    private byte[] body = new byte[0];
    private int bodyLength;
    private boolean isComplete;
    private int count;
    private int[] starts = new int[1024];
    private int[] lengths = new int[1024];

    /// Of each symbol the high and the low half of its key.
    private long[] keys = new long[2 * 1024];

    /// Of metrics by the symbols of their names: the bytes of the metadata read last in this request, 0 for none.
    private long[] seenMetadata = new long[1024];

    private int metricName;

    /// Begins a request that has given no symbol yet.
    void reset(byte[] bytes, int length) {
        body = bytes;
        bodyLength = length;
        isComplete = false;
        count = 0;
        metricName = -1;
        if (starts.length > KEPT_SYMBOLS) {
            resize(KEPT_SYMBOLS);
        }
    }

    private void resize(int size) {
        starts = Arrays.copyOf(starts, size);
        lengths = Arrays.copyOf(lengths, size);
        keys = Arrays.copyOf(keys, 2 * size);
        seenMetadata = Arrays.copyOf(seenMetadata, size);
    }

    /// Takes the next symbol, which lies there, unless all are known already.
    void take(int start, int end) {
        if (!isComplete) {
            add(start, end);
        }
    }

    private void add(int start, int end) {
        if (count == starts.length) {
            if (count >= MAX_SYMBOLS) {
                throw new WireFormatException(
                        start, "more than " + MAX_SYMBOLS + " symbols in one request: send smaller batches");
            }
            resize(2 * count);
        }
        if (Arrays.equals(body, start, end, METRIC_NAME, 0, METRIC_NAME.length)) {
            metricName = count;
        }
        key.setBytes(body, start, end);
        starts[count] = start;
        lengths[count] = end - start;
        keys[2 * count] = key.high();
        keys[2 * count + 1] = key.low();
        seenMetadata[count++] = 0;
    }

    /// How many there are so far.
    int count() {
        return count;
    }

    /// `__name__`; negative if it is no symbol so far.
    int metricName() {
        return metricName;
    }

    /// Whether a ref names a symbol of the request.
    boolean has(long ref) {
        if (ref < 0 || ref >= count) {
            readOthers();
        }
        return ref >= 0 && ref < count;
    }

    /// What is wrong with a ref that names no symbol.
    String unknown(long ref) {
        return "symbol " + Long.toUnsignedString(ref) + " is used, but the request has " + count;
    }

    private void readOthers() {
        if (isComplete) {
            return;
        }
        isComplete = true;
        ProtobufReader reader = new ProtobufReader().reset(body, 0, bodyLength);
        int known = count;
        for (int symbol = 0; reader.next(); ) {
            if (reader.field() == FIELD) {
                reader.skipBytes();
                if (symbol++ >= known) {
                    add(reader.valueStart(), reader.position());
                }
            }
        }
    }

    int start(int symbol) {
        return starts[symbol];
    }

    int end(int symbol) {
        return starts[symbol] + lengths[symbol];
    }

    /// Whether it is `""`; so is one that is negative, which stands for none.
    boolean isEmpty(int symbol) {
        return symbol < 0 || lengths[symbol] == 0;
    }

    String text(int symbol) {
        return symbol < 0 ? "" : ProtobufReader.utf8(body, starts[symbol], lengths[symbol]);
    }

    long high(int symbol) {
        return keys[2 * symbol];
    }

    long low(int symbol) {
        return keys[2 * symbol + 1];
    }

    /// Forgets which metadata came last with a metric.
    void forgetMetadata(int metric) {
        seenMetadata[metric] = 0;
    }

    /// Whether these bytes of metadata are the ones that came last with a metric, which they are from now on.
    boolean isSeenMetadata(int metric, long bytes) {
        boolean isSeen = seenMetadata[metric] == bytes;
        seenMetadata[metric] = bytes;
        return isSeen;
    }
}
