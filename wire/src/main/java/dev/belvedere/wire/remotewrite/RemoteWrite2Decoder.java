package dev.belvedere.wire.remotewrite;

import dev.belvedere.model.metrics.MetricMetadata;
import dev.belvedere.model.metrics.MetricType;
import dev.belvedere.model.metrics.SampleValues;
import dev.belvedere.wire.IngestLimits;
import dev.belvedere.wire.WireFormatException;
import dev.belvedere.wire.protobuf.LongColumn;
import dev.belvedere.wire.protobuf.ProtobufReader;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// Decodes remote write 2.0: `io.prometheus.write.v2.Request`. Holds buffers; used by one thread at a time.
///
/// Names and values are symbols, each sent once a request ([SymbolTable]), and a series is a list
/// of them.
public final class RemoteWrite2Decoder {

    private static final int ONE_BYTE_REFS = 1 << 7;
    private static final byte SERIES_TAG = 5 << 3 | ProtobufReader.BYTES;
    private static final byte LABELS_TAG = 1 << 3 | ProtobufReader.BYTES;
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final byte METADATA_TAG = 5 << 3 | ProtobufReader.BYTES;

    private final ProtobufReader reader = new ProtobufReader();
    private final SymbolTable symbols = new SymbolTable();
    private final SeriesLabels labels = new SeriesLabels();
    private final SeriesLabels exemplarLabels = new SeriesLabels();
    private final LongColumn refs = new LongColumn();
    private final SeriesKey key = new SeriesKey();
    private final SeriesKey metricKey = new SeriesKey();
    private final PlainSample plain = new PlainSample();
    private final HistogramReader histograms;
    private final IngestLimits limits;
    private final boolean addsTypeAndUnit;

    /// Of the metadata read last, and symbols of it; negative if it has none.
    private long metadataType;

    private int metadataHelp;
    private int metadataUnit;

    /// Why the metadata cannot be told; `""` if it can.
    private String metadataProblem = "";

    /// The symbol of the name of the metric in hand; negative if it has none.
    private int metricSymbol;

    public RemoteWrite2Decoder(IngestLimits limits) {
        this(limits, false);
    }

    /// @param addsTypeAndUnit whether series get the labels `__type__` and `__unit__` of their metadata
    public RemoteWrite2Decoder(IngestLimits limits, boolean addsTypeAndUnit) {
        this.limits = limits;
        this.addsTypeAndUnit = addsTypeAndUnit;
        this.histograms = new HistogramReader(limits);
    }

    /// @param body unpacked; only the first `length` bytes count
    /// @throws WireFormatException if it is no such message; the sink was given what came before
    public void decode(byte[] body, int length, RemoteWriteSink sink) {
        symbols.reset(body, length);
        reader.reset(body, 0, length);
        readPlainSeries(sink);
        while (reader.next()) {
            switch (reader.field()) {
                case 1 ->
                    throw new WireFormatException(
                            reader.position(),
                            "the body is a remote write 1.0 message, but its content type says 2.0: send"
                                    + " application/x-protobuf;proto=prometheus.WriteRequest");
                case SymbolTable.FIELD -> {
                    reader.skipBytes();
                    symbols.take(reader.valueStart(), reader.position());
                }
                case 5 -> {
                    reader.enter();
                    readSeries(sink);
                    reader.leave();
                }
                default -> reader.skip();
            }
            readPlainSeries(sink);
        }
    }

    private void readSeries(RemoteWriteSink sink) {
        int start = reader.position();
        long createdMillis = 0;
        refs.clear();
        clearMetadata();
        while (reader.next()) {
            if (reader.field() == 1) {
                reader.addVarints(refs);
            } else if (reader.field() == 6) {
                createdMillis = reader.int64();
            } else if (reader.field() == 5) {
                readMetadata();
            }
        }
        resolveSeries();
        boolean isKnown = labels.isReadable() && sink.series(labels.key());
        if (isKnown || sink.series(labels)) {
            tellMetadata(metricSymbol, isKnown, sink);
        }
        reader.seek(start);
        while (reader.next()) {
            switch (reader.field()) {
                case 2 -> readSample(createdMillis, sink);
                case 3 -> histograms.read(reader, createdMillis, sink);
                case 4 -> readExemplar(sink);
                default -> {
                    // Labels, metadata and the created timestamp were read before.
                }
            }
        }
    }

    /// Reads series for as long as they are encoded as nearly every sender encodes them.
    private void readPlainSeries(RemoteWriteSink sink) {
        int at = reader.position();
        int next = readPlainSeries(at, sink);
        while (next > at) {
            at = next;
            next = readPlainSeries(at, sink);
        }
        reader.seek(at);
    }

    /// Reads a series as nearly every sender encodes it: labels, one sample, perhaps metadata. Half the cost of
    /// the general way.
    ///
    /// @return where it ends; `at`, having told the sink nothing, if what lies there is something else
    private int readPlainSeries(int at, RemoteWriteSink sink) {
        byte[] buffer = reader.buffer();
        if (at + 5 > reader.end() || buffer[at] != SERIES_TAG) {
            return at;
        }
        boolean isShort = buffer[at + 1] >= 0;
        int start = isShort ? at + 2 : at + 3;
        int end = start + (isShort ? buffer[at + 1] : buffer[at + 1] & 0x7f | buffer[at + 2] << 7);
        if (end > reader.end() || end < start + 2 || buffer[start] != LABELS_TAG || buffer[start + 1] < 0) {
            return at;
        }
        int labelsEnd = start + 2 + buffer[start + 1];
        int sampleEnd = plain.read(buffer, labelsEnd, end);
        int rest = end - sampleEnd;
        boolean hasOnlyMetadata = sampleEnd > 0
                && (rest == 0 || rest >= 2 && buffer[sampleEnd] == METADATA_TAG && buffer[sampleEnd + 1] == rest - 2);
        if (!hasOnlyMetadata || !readLowKey(buffer, start + 2, labelsEnd)) {
            return at;
        }
        if (!addsTypeAndUnit && sink.expectedSeries(key.low())) {
            tellMetadataOfKnown(sampleEnd, end, sink);
        } else {
            key.set(highKey(buffer, start + 2, labelsEnd), key.low());
            beginPlainSeries(start, sampleEnd, end, sink);
        }
        sink.sample(plain.timestampMillis(), 0, SampleValues.canonical(plain.value()));
        return end;
    }

    /// @param metadata where it begins; where the series ends if there is none
    private void beginPlainSeries(int start, int metadata, int end, RemoteWriteSink sink) {
        if (addsTypeAndUnit) {
            readPlainMetadata(metadata, end);
            addTypeAndUnitToKey();
        }
        if (sink.series(key)) {
            tellMetadataOfKnown(metadata, end, sink);
            return;
        }
        readRefs(start);
        readPlainMetadata(metadata, end);
        resolveSeries();
        if (sink.series(labels)) {
            tellMetadata(metricSymbol, false, sink);
        }
    }

    private void tellMetadataOfKnown(int start, int end, RemoteWriteSink sink) {
        int metric = metricSymbol;
        if (start == end || isSeenMetadata(metric, reader.buffer(), start + 2, end)) {
            return;
        }
        readPlainMetadata(start, end);
        if (metadataProblem.isEmpty()) {
            tellMetadata(metric, true, sink);
        } else {
            refuseForMetadata(metric, sink);
        }
    }

    /// Begins the series in hand again, as one that cannot be read.
    private void refuseForMetadata(int metric, RemoteWriteSink sink) {
        labels.reset(reader.buffer());
        labels.setProblem(metadataProblem);
        sink.series(labels);
        if (metric >= 0) {
            symbols.forgetMetadata(metric);
        }
    }

    /// Reads the metadata that lies there; there is none if it begins where it ends.
    private void readPlainMetadata(int start, int end) {
        clearMetadata();
        if (start < end) {
            reader.seek(start);
            if (reader.next()) {
                readMetadata();
            }
        }
    }

    /// Whether the message that lies there is the one that came last with a metric. A request mostly has one
    /// for all series of a metric, of few bytes, so that nothing of it needs to be read.
    private boolean isSeenMetadata(int metric, byte[] buffer, int start, int end) {
        int length = end - start;
        if (metric < 0 || length == 0 || length > Long.BYTES || end < Long.BYTES) {
            return false;
        }
        long bytes = (long) LONG.get(buffer, end - Long.BYTES) >>> 8 * (Long.BYTES - length);
        return symbols.isSeenMetadata(metric, bytes);
    }

    /// Makes the low half of [#key] that of the labels whose packed refs lie there, if each has one or two bytes
    /// and names a symbol, and if they are pairs. Dear enough to read names and values here: a method of its own
    /// for a ref, which tells its length by its value, takes a fifth more of all decoding. So does the high half.
    private boolean readLowKey(byte[] buffer, int start, int end) {
        int count = symbols.count();
        int metricName = symbols.metricName();
        int metric = -1;
        long low = 0;
        int at = start;
        while (at < end) {
            int name = buffer[at++];
            if (name < 0) {
                if (at == end || buffer[at] <= 0) {
                    return false;
                }
                name = name & ONE_BYTE_REFS - 1 | buffer[at++] << 7;
            }
            if (at == end) {
                return false;
            }
            int value = buffer[at++];
            if (value < 0) {
                if (at == end || buffer[at] <= 0) {
                    return false;
                }
                value = value & ONE_BYTE_REFS - 1 | buffer[at++] << 7;
            }
            if (name >= count || value >= count) {
                return false;
            }
            low += SeriesKey.product(symbols.low(name), symbols.high(value));
            metric = name == metricName ? value : metric;
        }
        key.set(0, low);
        metricSymbol = metric;
        return true;
    }

    /// The high half of the key of labels whose low half was read there.
    private long highKey(byte[] buffer, int start, int end) {
        long high = 0;
        int at = start;
        while (at < end) {
            int name = buffer[at++];
            name = name < 0 ? name & ONE_BYTE_REFS - 1 | buffer[at++] << 7 : name;
            int value = buffer[at++];
            value = value < 0 ? value & ONE_BYTE_REFS - 1 | buffer[at++] << 7 : value;
            high += SeriesKey.product(symbols.high(name), symbols.low(value));
        }
        return high;
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
        long high = 0;
        long low = 0;
        metricSymbol = -1;
        for (int i = 0; i < refs.size(); i += 2) {
            int name = (int) refs.get(i);
            int value = (int) refs.get(i + 1);
            high += SeriesKey.product(symbols.high(name), symbols.low(value));
            low += SeriesKey.product(symbols.low(name), symbols.high(value));
            metricSymbol = name == symbols.metricName() ? value : metricSymbol;
        }
        key.set(high, low);
    }

    /// What is wrong with the refs in hand; `""` if they are pairs of symbols.
    private String problemOfRefs() {
        if (refs.size() % 2 != 0) {
            return "a list of labels has a name without a value";
        }
        for (int i = 0; i < refs.size(); i++) {
            if (!symbols.has(refs.get(i))) {
                return symbols.unknown(refs.get(i));
            }
        }
        return "";
    }

    /// Fills labels from the refs in hand.
    private void resolve(SeriesLabels into) {
        into.reset(reader.buffer());
        String problem = problemOfRefs();
        if (!problem.isEmpty()) {
            into.setProblem(problem);
            return;
        }
        for (int i = 0; i < refs.size(); i += 2) {
            int name = (int) refs.get(i);
            int value = (int) refs.get(i + 1);
            into.add(symbols.start(name), symbols.end(name), symbols.start(value), symbols.end(value));
        }
        keyOfRefs();
        into.setKey(key);
    }

    /// Fills the labels of the series from the refs in hand and, if they become labels, its type and unit.
    private void resolveSeries() {
        resolve(labels);
        if (!metadataProblem.isEmpty()) {
            labels.setProblem(metadataProblem);
        }
        if (labels.isReadable() && addsTypeAndUnit && addTypeAndUnitToKey()) {
            labels.setKey(key);
            int unit = metadataUnit;
            boolean hasUnit = !symbols.isEmpty(unit);
            labels.setTypeAndUnit(
                    MetadataTypes.of(metadataType), hasUnit ? symbols.start(unit) : 0, hasUnit ? symbols.end(unit) : 0);
        }
    }

    /// Adds type and unit of the metadata read last to [#key].
    ///
    /// @return whether it tells anything of them; nothing is added if not
    private boolean addTypeAndUnitToKey() {
        MetricType type = MetadataTypes.of(metadataType);
        boolean tellsAny = type != MetricType.UNKNOWN || !symbols.isEmpty(metadataUnit);
        if (tellsAny) {
            key.add(type.ordinal(), type.ordinal(), type.ordinal(), type.ordinal());
            addText(metadataUnit);
        }
        return tellsAny;
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

    private void clearMetadata() {
        metadataType = 0;
        metadataHelp = -1;
        metadataUnit = -1;
        metadataProblem = "";
    }

    private int metadataSymbol(long ref) {
        if (symbols.has(ref)) {
            return (int) ref;
        }
        metadataProblem = symbols.unknown(ref);
        return -1;
    }

    private void readMetadata() {
        reader.enter();
        while (reader.next()) {
            switch (reader.field()) {
                case 1 -> metadataType = reader.int64();
                case 3 -> metadataHelp = metadataSymbol(reader.int64());
                case 4 -> metadataUnit = metadataSymbol(reader.int64());
                default -> {
                    // Unknown fields are skipped.
                }
            }
        }
        reader.leave();
    }

    /// Gives the metadata read last.
    ///
    /// @param metric the symbol of its name, negative if it has none
    /// @param isKnown whether the series was known, so that its metadata is given only if it is other than before
    private void tellMetadata(int metric, boolean isKnown, RemoteWriteSink sink) {
        long type = metadataType;
        int help = metadataHelp;
        int unit = metadataUnit;
        // Prometheus sends such with series of which it was told nothing: with one of the metric, another may tell
        // more.
        boolean saysNothing = type == 0 && symbols.isEmpty(help) && symbols.isEmpty(unit);
        if (metric < 0 || saysNothing) {
            return;
        }
        keysOfMetadata(metric, type, help, unit);
        boolean isTold = sink.isToldMetadata(metricKey, key);
        if (isKnown && isTold) {
            return;
        }
        sink.seriesMetadata(
                symbols.text(metric),
                new MetricMetadata(MetadataTypes.of(type), symbols.text(unit), symbols.text(help)));
    }

    /// Makes [#metricKey] that of a metric and [#key] that of its metadata.
    private void keysOfMetadata(int metric, long type, int help, int unit) {
        metricKey.set(symbols.high(metric), symbols.low(metric));
        key.clear();
        key.add(symbols.high(metric), symbols.low(metric), type, type);
        addText(help);
        addText(unit);
    }

    private void addText(int symbol) {
        boolean isAbsent = symbols.isEmpty(symbol);
        long high = isAbsent ? 0 : symbols.high(symbol);
        long low = isAbsent ? 0 : symbols.low(symbol);
        key.add(high, low, high, low);
    }
}
