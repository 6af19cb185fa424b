package dev.belvedere.wire.remotewrite;

import dev.belvedere.model.metrics.MetricMetadata;
import dev.belvedere.model.metrics.SampleValues;
import dev.belvedere.wire.IngestLimits;
import dev.belvedere.wire.protobuf.ProtobufReader;

/// Decodes remote write 1.0: `prometheus.WriteRequest`. Holds buffers; used by one thread at a time.
///
/// Series that the sink knows cost a hash of their bytes; labels of others become ranges.
public final class RemoteWriteDecoder {

    private static final int SERIES_TAG = 1 << 3 | ProtobufReader.BYTES;
    private static final int LABEL_TAG = 1 << 3 | ProtobufReader.BYTES;
    private static final int NAME_TAG = 1 << 3 | ProtobufReader.BYTES;

    private final ProtobufReader reader = new ProtobufReader();
    private final SeriesLabels labels = new SeriesLabels();
    private final SeriesKey key = new SeriesKey();
    private final SeriesLabels exemplarLabels = new SeriesLabels();
    private final PlainSample plain = new PlainSample();
    private final HistogramReader histograms;
    private final IngestLimits limits;

    public RemoteWriteDecoder(IngestLimits limits) {
        this.limits = limits;
        this.histograms = new HistogramReader(limits);
    }

    /// @param body unpacked; only the first `length` bytes count
    /// @throws WireFormatException if it is no such message; the sink was given what came before
    public void decode(byte[] body, int length, RemoteWriteSink sink) {
        reader.reset(body, 0, length);
        readKnownSeries(sink);
        while (reader.next()) {
            switch (reader.field()) {
                case 1 -> {
                    reader.enter();
                    readSeries(sink);
                    reader.leave();
                }
                case 3 -> readMetadata(sink);
                default -> reader.skip();
            }
            readKnownSeries(sink);
        }
    }

    private void readSeries(RemoteWriteSink sink) {
        byte[] buffer = reader.buffer();
        int start = reader.position();
        labels.reset(buffer);
        int at = scanLabels(buffer, start, reader.end());
        if (plain.read(buffer, at, reader.end()) == reader.end()) {
            key.setBytes(buffer, start, at);
            labels.setKey(key);
            begin(sink);
            sink.sample(plain.timestampMillis(), 0, SampleValues.canonical(plain.value()));
            return;
        }
        reader.seek(at);
        readOtherLabels();
        begin(sink);
        reader.seek(at);
        while (reader.next()) {
            switch (reader.field()) {
                case 2 -> readSample(sink);
                case 3 -> readExemplar(sink);
                case 4 -> histograms.read(reader, 0, sink);
                default -> {
                    // Labels were read before.
                }
            }
        }
    }

    private void begin(RemoteWriteSink sink) {
        if (!sink.series(labels.key())) {
            sink.series(labels);
        }
    }

    /// Reads series for as long as the sink knows them and each ends with the one sample it has: nearly all of
    /// them. The bytes before the sample have the key of labels that were read before, so they are labels.
    private void readKnownSeries(RemoteWriteSink sink) {
        int at = reader.position();
        int next = readKnownSeries(at, sink);
        while (next > at) {
            at = next;
            next = readKnownSeries(at, sink);
        }
        reader.seek(at);
    }

    /// @return where the series ends; `at`, having told the sink nothing, if what lies there is something else
    private int readKnownSeries(int at, RemoteWriteSink sink) {
        byte[] buffer = reader.buffer();
        if (at + 3 > reader.end() || buffer[at] != SERIES_TAG) {
            return at;
        }
        boolean isShort = buffer[at + 1] >= 0;
        int start = isShort ? at + 2 : at + 3;
        int end = start + (isShort ? buffer[at + 1] : buffer[at + 1] & 0x7f | buffer[at + 2] << 7);
        int sample = end - PlainSample.USUAL_BYTES;
        if (end > reader.end() || sample <= start || plain.read(buffer, sample, end) != end) {
            return at;
        }
        key.setBytes(buffer, start, sample);
        if (!sink.series(key)) {
            return at;
        }
        sink.sample(plain.timestampMillis(), 0, SampleValues.canonical(plain.value()));
        return end;
    }

    /// Reads labels for as long as they are encoded as every sender encodes them: one behind the other, name before
    /// value, lengths of one byte. What follows is read by [#readOtherLabels].
    ///
    /// @return where the first field lies that is not such a label
    private int scanLabels(byte[] buffer, int start, int end) {
        int at = start;
        while (at + 6 <= end && buffer[at] == LABEL_TAG && buffer[at + 2] == NAME_TAG) {
            int labelEnd = at + 2 + buffer[at + 1];
            int nameEnd = at + 4 + buffer[at + 3];
            if (labelEnd > end
                    || buffer[at + 1] < 0
                    || buffer[at + 3] < 0
                    || nameEnd + 2 > labelEnd
                    || buffer[nameEnd] != SeriesLabels.VALUE_TAG
                    || nameEnd + 2 + buffer[nameEnd + 1] != labelEnd) {
                return at;
            }
            labels.add(at + 4, nameEnd, nameEnd + 2, labelEnd);
            at = labelEnd;
        }
        return at;
    }

    private void readOtherLabels() {
        while (reader.next()) {
            if (reader.field() == 1) {
                readLabel(labels);
            }
        }
    }

    private void readLabel(SeriesLabels into) {
        int nameStart = 0;
        int nameEnd = 0;
        int valueStart = 0;
        int valueEnd = 0;
        reader.enter();
        while (reader.next()) {
            if (reader.field() == 1) {
                reader.skipBytes();
                nameStart = reader.valueStart();
                nameEnd = reader.position();
            } else if (reader.field() == 2) {
                reader.skipBytes();
                valueStart = reader.valueStart();
                valueEnd = reader.position();
            }
        }
        reader.leave();
        into.add(nameStart, nameEnd, valueStart, valueEnd);
    }

    private void readSample(RemoteWriteSink sink) {
        double value = 0;
        long timestampMillis = 0;
        reader.enter();
        while (reader.next()) {
            if (reader.field() == 1) {
                value = reader.float64();
            } else if (reader.field() == 2) {
                timestampMillis = reader.int64();
            }
        }
        reader.leave();
        sink.sample(timestampMillis, 0, SampleValues.canonical(value));
    }

    private void readExemplar(RemoteWriteSink sink) {
        double value = 0;
        long timestampMillis = 0;
        exemplarLabels.reset(reader.buffer());
        reader.enter();
        while (reader.next()) {
            switch (reader.field()) {
                case 1 -> readLabel(exemplarLabels);
                case 2 -> value = reader.float64();
                case 3 -> timestampMillis = reader.int64();
                default -> {
                    // Unknown fields are skipped.
                }
            }
        }
        reader.leave();
        exemplarLabels.giveExemplar(sink, limits, value, timestampMillis);
    }

    private void readMetadata(RemoteWriteSink sink) {
        long type = 0;
        String family = "";
        String help = "";
        String unit = "";
        reader.enter();
        while (reader.next()) {
            switch (reader.field()) {
                case 1 -> type = reader.int64();
                case 2 -> family = reader.string();
                case 4 -> help = reader.anyText();
                case 5 -> unit = reader.anyText();
                default -> {
                    // Unknown fields are skipped.
                }
            }
        }
        reader.leave();
        if (!family.isEmpty()) {
            sink.familyMetadata(family, new MetricMetadata(MetadataTypes.of(type), unit, help));
        }
    }
}
