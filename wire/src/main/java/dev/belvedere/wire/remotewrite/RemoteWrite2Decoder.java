package dev.belvedere.wire.remotewrite;

import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.MetricMetadata;
import dev.belvedere.model.metrics.SampleValues;
import dev.belvedere.wire.IngestLimits;
import dev.belvedere.wire.WireFormatException;
import dev.belvedere.wire.protobuf.LongColumn;
import dev.belvedere.wire.protobuf.ProtobufReader;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Decodes remote write 2.0: `io.prometheus.write.v2.Request`. Holds buffers; used by one thread at a time.
///
/// Names and values are symbols, each sent once a request: their ranges and keys are kept, and a series is a list
/// of them.
public final class RemoteWrite2Decoder {

    private static final int MAX_SYMBOLS = 1 << 20;
    private static final byte LABELS_TAG = 1 << 3 | ProtobufReader.BYTES;
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final byte[] METRIC_NAME = Labels.METRIC_NAME.getBytes(StandardCharsets.UTF_8);
    private static final byte METADATA_TAG = 5 << 3 | ProtobufReader.BYTES;

    /// Room for symbols that is kept from one request to the next.
    private static final int KEPT_SYMBOLS = 1 << 15;

    private final ProtobufReader reader = new ProtobufReader();
    private final SeriesLabels labels = new SeriesLabels();
    private final SeriesLabels exemplarLabels = new SeriesLabels();
    private final LongColumn refs = new LongColumn();
    private final SeriesKey key = new SeriesKey();
    private final SeriesKey metricKey = new SeriesKey();
    private final PlainSample plain = new PlainSample();
    private final HistogramReader histograms;
    private final IngestLimits limits;

    private int symbolCount;
    private int[] symbolStarts = new int[1024];
    private int[] symbolLengths = new int[1024];

    /// The halves of each symbol's key.
    private long[] symbolHighs = new long[1024];

    private long[] symbolLows = new long[1024];

    /// Of metrics by the symbols of their names: the bytes of the metadata read last in this request, 0 for none.
    private long[] seenMetadata = new long[1024];

    /// `__name__`; negative if it is no symbol of the request.
    private int metricNameSymbol;

    /// The symbol of the name of the metric in hand; negative if it has none.
    private int metricSymbol;

    public RemoteWrite2Decoder(IngestLimits limits) {
        this.limits = limits;
        this.histograms = new HistogramReader(limits);
    }

    /// @param body unpacked; only the first `length` bytes count
    /// @throws WireFormatException if it is no such message; the sink was given what came before
    public void decode(byte[] body, int length, RemoteWriteSink sink) {
        symbolCount = 0;
        metricNameSymbol = -1;
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
        Arrays.fill(seenMetadata, 0, symbolCount, 0);
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
        seenMetadata = Arrays.copyOf(seenMetadata, size);
    }

    private void addSymbol(int start, int length) {
        if (symbolCount == symbolStarts.length) {
            if (symbolCount >= MAX_SYMBOLS) {
                throw new WireFormatException(
                        start, "more than " + MAX_SYMBOLS + " symbols in one request: send smaller batches");
            }
            resizeSymbols(2 * symbolCount);
        }
        if (length == METRIC_NAME.length
                && Arrays.equals(reader.buffer(), start, start + length, METRIC_NAME, 0, length)) {
            metricNameSymbol = symbolCount;
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
        boolean isKnown = sink.series(labels.key());
        boolean isTaken = isKnown || sink.series(labels);
        int metric = metricSymbol;
        reader.seek(start);
        while (reader.next()) {
            switch (reader.field()) {
                case 2 -> readSample(createdMillis, sink);
                case 3 -> histograms.read(reader, createdMillis, sink);
                case 4 -> readExemplar(sink);
                case 5 -> {
                    if (isTaken) {
                        readMetadata(metric, isKnown, sink);
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
        boolean isTaken = isKnown || sink.series(labels);
        if (isTaken && rest > 0 && !(isKnown && isSeenMetadata(buffer, sampleEnd + 2, end))) {
            reader.seek(sampleEnd);
            if (reader.next()) {
                readMetadata(metricSymbol, isKnown, sink);
            }
        }
        sink.sample(plain.timestampMillis(), 0, SampleValues.canonical(plain.value()));
        return true;
    }

    /// Whether the message that lies there is the one that came last with the metric in hand. A request mostly has one
    /// for all series of a metric, of few bytes, so that nothing of it needs to be read.
    private boolean isSeenMetadata(byte[] buffer, int start, int end) {
        int length = end - start;
        if (metricSymbol < 0 || length == 0 || length > Long.BYTES || end < Long.BYTES) {
            return false;
        }
        long bytes = (long) LONG.get(buffer, end - Long.BYTES) >>> 8 * (Long.BYTES - length);
        boolean isSeen = seenMetadata[metricSymbol] == bytes;
        seenMetadata[metricSymbol] = bytes;
        return isSeen;
    }

    /// Makes [#key] that of the labels whose packed refs lie there, if each has one or two bytes and names a symbol,
    /// and if they are pairs.
    private boolean readKey(byte[] buffer, int start, int end) {
        key.clear();
        int metric = -1;
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
                metric = name == metricNameSymbol ? ref : metric;
                name = -1;
            }
        }
        metricSymbol = metric;
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
        metricSymbol = -1;
        for (int i = 0; i < refs.size(); i += 2) {
            int name = (int) refs.get(i);
            int value = (int) refs.get(i + 1);
            key.add(symbolHighs[name], symbolLows[name], symbolHighs[value], symbolLows[value]);
            metricSymbol = name == metricNameSymbol ? value : metricSymbol;
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

    /// @param metric the symbol of its name, negative if it has none
    /// @param isKnown whether the series was known, so that its metadata is given only if it is other than before
    private void readMetadata(int metric, boolean isKnown, RemoteWriteSink sink) {
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
        // Prometheus sends such with series of which it was told nothing: with one of the metric, another may tell
        // more.
        boolean saysNothing = type == 0 && isEmpty(help) && isEmpty(unit);
        if (metric < 0 || saysNothing) {
            return;
        }
        keysOfMetadata(metric, type, help, unit);
        boolean isTold = sink.isToldMetadata(metricKey, key);
        if (isKnown && isTold) {
            return;
        }
        sink.seriesMetadata(text(metric), new MetricMetadata(MetadataTypes.of(type), text(unit), text(help)));
    }

    private boolean isEmpty(int symbol) {
        return symbol < 0 || symbolLengths[symbol] == 0;
    }

    /// Makes [#metricKey] that of a metric and [#key] that of its metadata.
    private void keysOfMetadata(int metric, long type, int help, int unit) {
        metricKey.set(symbolHighs[metric], symbolLows[metric]);
        key.clear();
        key.add(symbolHighs[metric], symbolLows[metric], type, type);
        addText(help);
        addText(unit);
    }

    private void addText(int symbol) {
        boolean isAbsent = isEmpty(symbol);
        long high = isAbsent ? 0 : symbolHighs[symbol];
        long low = isAbsent ? 0 : symbolLows[symbol];
        key.add(high, low, high, low);
    }

    private String text(int symbol) {
        return symbol < 0 ? "" : ProtobufReader.utf8(reader.buffer(), symbolStarts[symbol], symbolLengths[symbol]);
    }
}
