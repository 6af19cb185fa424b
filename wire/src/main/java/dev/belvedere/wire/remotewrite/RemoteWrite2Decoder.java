package dev.belvedere.wire.remotewrite;

import dev.belvedere.model.metrics.MetricMetadata;
import dev.belvedere.model.metrics.SampleValues;
import dev.belvedere.wire.IngestLimits;
import dev.belvedere.wire.WireFormatException;
import dev.belvedere.wire.protobuf.LongColumn;
import dev.belvedere.wire.protobuf.ProtobufReader;
import java.util.Arrays;

/// Decodes remote write 2.0: `io.prometheus.write.v2.Request`. Holds buffers; used by one thread at a time.
///
/// Names and values are symbols, each sent once a request: their ranges and keys are kept, and a series is a list
/// of them.
public final class RemoteWrite2Decoder {

    private static final int MAX_SYMBOLS = 1 << 20;
    private static final byte LABELS_TAG = 1 << 3 | ProtobufReader.BYTES;
    private static final byte METADATA_TAG = 5 << 3 | ProtobufReader.BYTES;

    /// Room for symbols that is kept from one request to the next.
    private static final int KEPT_SYMBOLS = 1 << 15;

    private final ProtobufReader reader = new ProtobufReader();
    private final SeriesLabels labels = new SeriesLabels();
    private final SeriesLabels exemplarLabels = new SeriesLabels();
    private final LongColumn refs = new LongColumn();
    private final SeriesKey key = new SeriesKey();
    private final PlainSample plain = new PlainSample();
    private final HistogramReader histograms;
    private final IngestLimits limits;

    private int symbolCount;
    private int[] symbolStarts = new int[1024];
    private int[] symbolLengths = new int[1024];

    /// The halves of each symbol's key.
    private long[] symbolHighs = new long[1024];

    private long[] symbolLows = new long[1024];

    public RemoteWrite2Decoder(IngestLimits limits) {
        this.limits = limits;
        this.histograms = new HistogramReader(limits);
    }

    /// @param body unpacked; only the first `length` bytes count
    /// @throws WireFormatException if it is no such message; the sink was given what came before
    public void decode(byte[] body, int length, RemoteWriteSink sink) {
        symbolCount = 0;
        reader.reset(body, 0, length);
        while (reader.next()) {
            if (reader.field() == 4) {
                reader.skipBytes();
                addSymbol(reader.valueStart(), reader.position() - reader.valueStart());
            } else if (reader.field() == 1) {
                throw new WireFormatException(
                        reader.position(),
                        "the body is a remote write 1.0 message, but its content type says 2.0: send"
                                + " application/x-protobuf;proto=prometheus.WriteRequest");
            }
        }
        reader.reset(body, 0, length);
        while (reader.next()) {
            if (reader.field() == 5) {
                reader.enter();
                readSeries(sink);
                reader.leave();
            }
        }
        if (symbolStarts.length > KEPT_SYMBOLS) {
            resizeSymbols(KEPT_SYMBOLS);
        }
    }

    private void resizeSymbols(int size) {
        symbolStarts = Arrays.copyOf(symbolStarts, size);
        symbolLengths = Arrays.copyOf(symbolLengths, size);
        symbolHighs = Arrays.copyOf(symbolHighs, size);
        symbolLows = Arrays.copyOf(symbolLows, size);
    }

    private void addSymbol(int start, int length) {
        if (symbolCount == symbolStarts.length) {
            if (symbolCount >= MAX_SYMBOLS) {
                throw new WireFormatException(
                        start, "more than " + MAX_SYMBOLS + " symbols in one request: send smaller batches");
            }
            resizeSymbols(2 * symbolCount);
        }
        symbolStarts[symbolCount] = start;
        symbolLengths[symbolCount] = length;
        key.setBytes(reader.buffer(), start, start + length);
        symbolHighs[symbolCount] = key.high();
        symbolLows[symbolCount++] = key.low();
    }

    private int symbol(long ref) {
        if (ref < 0 || ref >= symbolCount) {
            throw new WireFormatException(
                    reader.position(),
                    "symbol " + Long.toUnsignedString(ref) + " is used, but the request has " + symbolCount);
        }
        return (int) ref;
    }

    private void readSeries(RemoteWriteSink sink) {
        if (readPlainSeries(sink)) {
            return;
        }
        int start = reader.position();
        long createdMillis = 0;
        refs.clear();
        while (reader.next()) {
            if (reader.field() == 1) {
                reader.addVarints(refs);
            } else if (reader.field() == 6) {
                createdMillis = reader.int64();
            }
        }
        resolve(labels);
        boolean isMetadataWanted = !sink.series(labels.key()) && sink.series(labels);
        reader.seek(start);
        while (reader.next()) {
            switch (reader.field()) {
                case 2 -> readSample(createdMillis, sink);
                case 3 -> histograms.read(reader, createdMillis, sink);
                case 4 -> readExemplar(sink);
                case 5 -> {
                    if (isMetadataWanted) {
                        readMetadata(sink);
                    }
                }
                default -> {
                    // Labels and the created timestamp were read before.
                }
            }
        }
    }

    /// Reads a series as nearly every sender encodes it: labels, one sample, perhaps metadata. Half the cost of the
    /// general way.
    ///
    /// @return false, having told the sink nothing, if it is encoded in another way
    private boolean readPlainSeries(RemoteWriteSink sink) {
        byte[] buffer = reader.buffer();
        int at = reader.position();
        int end = reader.end();
        if (at + 2 > end || buffer[at] != LABELS_TAG || buffer[at + 1] < 0 || at + 2 + buffer[at + 1] > end) {
            return false;
        }
        int labelsEnd = at + 2 + buffer[at + 1];
        int sampleEnd = plain.read(buffer, labelsEnd, end);
        int rest = end - sampleEnd;
        boolean hasOnlyMetadata = sampleEnd > 0
                && (rest == 0 || rest >= 2 && buffer[sampleEnd] == METADATA_TAG && buffer[sampleEnd + 1] == rest - 2);
        if (!hasOnlyMetadata || !readKey(buffer, at + 2, labelsEnd)) {
            return false;
        }
        boolean isKnown = sink.series(key);
        if (!isKnown) {
            readRefs(at);
            resolve(labels);
        }
        if (!isKnown && sink.series(labels) && rest > 0) {
            reader.seek(sampleEnd);
            if (reader.next()) {
                readMetadata(sink);
            }
        }
        sink.sample(plain.timestampMillis(), 0, SampleValues.canonical(plain.value()));
        return true;
    }

    /// Makes [#key] that of the labels whose packed refs lie there, if each has one or two bytes and names a symbol,
    /// and if they are pairs.
    private boolean readKey(byte[] buffer, int start, int end) {
        key.clear();
        int name = -1;
        int at = start;
        while (at < end) {
            int ref = buffer[at++];
            if (ref < 0) {
                if (at == end || buffer[at] < 0) {
                    return false;
                }
                ref = ref & 0x7f | buffer[at++] << 7;
            }
            if (ref >= symbolCount) {
                return false;
            }
            if (name < 0) {
                name = ref;
            } else {
                key.add(symbolHighs[name], symbolLows[name], symbolHighs[ref], symbolLows[ref]);
                name = -1;
            }
        }
        return name < 0;
    }

    /// Takes the refs of the series that begins at `start` with its labels.
    private void readRefs(int start) {
        refs.clear();
        reader.seek(start);
        if (reader.next()) {
            reader.addVarints(refs);
        }
    }

    /// Makes [#key] that of the labels whose refs are in hand, all of which name symbols.
    private void keyOfRefs() {
        key.clear();
        for (int i = 0; i < refs.size(); i += 2) {
            int name = (int) refs.get(i);
            int value = (int) refs.get(i + 1);
            key.add(symbolHighs[name], symbolLows[name], symbolHighs[value], symbolLows[value]);
        }
    }

    private void addLabel(SeriesLabels into, int name, int value) {
        into.add(
                symbolStarts[name],
                symbolStarts[name] + symbolLengths[name],
                symbolStarts[value],
                symbolStarts[value] + symbolLengths[value]);
    }

    /// Fills labels from the refs in hand.
    private void resolve(SeriesLabels into) {
        into.reset(reader.buffer());
        if (refs.size() % 2 != 0) {
            throw new WireFormatException(reader.position(), "a series has a label name without a value");
        }
        for (int i = 0; i < refs.size(); i += 2) {
            addLabel(into, symbol(refs.get(i)), symbol(refs.get(i + 1)));
        }
        keyOfRefs();
        into.setKey(key);
    }

    private void readSample(long createdMillis, RemoteWriteSink sink) {
        double value = 0;
        long timestampMillis = 0;
        long startMillis = createdMillis;
        reader.enter();
        while (reader.next()) {
            switch (reader.field()) {
                case 1 -> value = reader.float64();
                case 2 -> timestampMillis = reader.int64();
                case 3 -> startMillis = reader.int64();
                default -> {
                    // Unknown fields are skipped.
                }
            }
        }
        reader.leave();
        sink.sample(timestampMillis, startMillis, SampleValues.canonical(value));
    }

    private void readExemplar(RemoteWriteSink sink) {
        double value = 0;
        long timestampMillis = 0;
        refs.clear();
        reader.enter();
        while (reader.next()) {
            switch (reader.field()) {
                case 1 -> reader.addVarints(refs);
                case 2 -> value = reader.float64();
                case 3 -> timestampMillis = reader.int64();
                default -> {
                    // Unknown fields are skipped.
                }
            }
        }
        reader.leave();
        resolve(exemplarLabels);
        exemplarLabels.giveExemplar(sink, limits, value, timestampMillis);
    }

    private void readMetadata(RemoteWriteSink sink) {
        long type = 0;
        int help = -1;
        int unit = -1;
        reader.enter();
        while (reader.next()) {
            switch (reader.field()) {
                case 1 -> type = reader.int64();
                case 3 -> help = symbol(reader.int64());
                case 4 -> unit = symbol(reader.int64());
                default -> {
                    // Unknown fields are skipped.
                }
            }
        }
        reader.leave();
        sink.seriesMetadata(new MetricMetadata(MetadataTypes.of(type), text(unit), text(help)));
    }

    private String text(int symbol) {
        return symbol < 0 ? "" : ProtobufReader.utf8(reader.buffer(), symbolStarts[symbol], symbolLengths[symbol]);
    }
}
