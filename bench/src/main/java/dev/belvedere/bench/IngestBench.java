package dev.belvedere.bench;

import dev.belvedere.model.events.Attributes;
import dev.belvedere.model.events.Resource;
import dev.belvedere.model.events.Scope;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.MetricFamily;
import dev.belvedere.model.metrics.MetricType;
import dev.belvedere.wire.IngestLimits;
import dev.belvedere.wire.compression.SnappyBlock;
import dev.belvedere.wire.compression.UnpackedBody;
import dev.belvedere.wire.exposition.ExpositionFormat;
import dev.belvedere.wire.exposition.ExpositionReader;
import dev.belvedere.wire.exposition.ExpositionWriter;
import dev.belvedere.wire.exposition.FamilyHeader;
import dev.belvedere.wire.exposition.HistogramOptions;
import dev.belvedere.wire.otlp.OtlpMetrics;
import dev.belvedere.wire.otlp.OtlpMetricsWriter;
import dev.belvedere.wire.protobuf.ProtobufWriter;
import dev.belvedere.wire.remotewrite.RemoteWrite2Decoder;
import dev.belvedere.wire.remotewrite.RemoteWriteDecoder;
import dev.belvedere.wire.remotewrite.RemoteWriteWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.State;

/// Reading what arrives, up to the sink: 2,000 samples of one host in each protocol. Strings of labels are not made
/// where the protocol's fast path does without.
@State(org.openjdk.jmh.annotations.Scope.Benchmark)
public class IngestBench {

    private static final int SAMPLES = 2000;
    private static final long AT = 1_790_000_000_000L;

    private final List<MetricFamily> families = families();
    private final byte[] remoteWrite = remoteWrite();
    private final byte[] remoteWrite2 = remoteWrite2();
    private final byte[] text = ExpositionWriter.write(families, ExpositionFormat.TEXT_0_0_4);
    private final byte[] otlp = OtlpMetricsWriter.write(
            new Resource(Attributes.of("service.name", "node", "service.instance.id", "host-1")),
            Scope.EMPTY,
            families,
            AT * 1_000_000,
            0);

    private final UnpackedBody body = new UnpackedBody(64 << 20);
    private final RemoteWriteDecoder decoder = new RemoteWriteDecoder(IngestLimits.DEFAULT);
    private final RemoteWrite2Decoder decoder2 = new RemoteWrite2Decoder(IngestLimits.DEFAULT);
    private final OtlpMetrics.Rules rules = OtlpMetrics.Rules.ofDefaults();

    private final List<FamilyHeader> headers = new ArrayList<>();
    private final int[] prefixes = new int[2 * SAMPLES];

    public IngestBench() {
        ExpositionReader reader = reader();
        for (int i = 0; reader.next(); i++) {
            headers.add(reader.header());
            prefixes[2 * i] = reader.prefixFrom();
            prefixes[2 * i + 1] = reader.prefixLength();
        }
    }

    private static Labels local(int i) {
        return Labels.of("cpu", Integer.toString(i % 20), "mode", "mode-" + i % 7, "device", "device-" + i % 20);
    }

    private static double value(int i) {
        return i * 1013 % 100_000 / 100.0;
    }

    private static List<MetricFamily> families() {
        List<MetricFamily> families = new ArrayList<>();
        for (int f = 0; f < SAMPLES / 20; f++) {
            String name = "node_family_number_" + f + "_seconds";
            List<MetricFamily.Point> points = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                points.add(new MetricFamily.Point(name, local(i), value(20 * f + i)));
            }
            families.add(new MetricFamily(name, MetricType.GAUGE, "", "Seconds of something.", points));
        }
        return families;
    }

    private Labels whole(MetricFamily.Point point) {
        return point.labels()
                .with("__name__", point.name())
                .with("job", "node")
                .with("instance", "host-1.example.com:9100");
    }

    private byte[] remoteWrite() {
        RemoteWriteWriter writer = new RemoteWriteWriter();
        families.forEach(family -> family.points().forEach(point -> writer.add(whole(point), AT, point.value())));
        return writer.drain();
    }

    private byte[] remoteWrite2() {
        Map<String, Long> symbols = new LinkedHashMap<>();
        symbols.put("", 0L);
        ProtobufWriter series = new ProtobufWriter(1 << 16);
        for (MetricFamily family : families) {
            for (MetricFamily.Point point : family.points()) {
                Labels labels = whole(point);
                long[] refs = new long[2 * labels.size()];
                for (int i = 0; i < labels.size(); i++) {
                    refs[2 * i] = symbol(symbols, labels.name(i));
                    refs[2 * i + 1] = symbol(symbols, labels.value(i));
                }
                int message = series.beginMessage(5);
                series.packedVarints(1, refs);
                int sample = series.beginMessage(2);
                series.float64(1, point.value());
                series.int64(2, AT);
                series.endMessage(sample);
                series.endMessage(message);
            }
        }
        ProtobufWriter request = new ProtobufWriter(1 << 16);
        symbols.keySet().forEach(symbol -> request.string(4, symbol));
        byte[] head = request.toByteArray();
        byte[] whole = new byte[head.length + series.size()];
        System.arraycopy(head, 0, whole, 0, head.length);
        System.arraycopy(series.array(), 0, whole, head.length, series.size());
        return SnappyBlock.compress(whole, 0, whole.length);
    }

    private static long symbol(Map<String, Long> symbols, String text) {
        long next = symbols.size();
        Long known = symbols.putIfAbsent(text, next);
        return known == null ? next : known;
    }

    private ExpositionReader reader() {
        return ExpositionReader.of(ExpositionFormat.TEXT_0_0_4, text, HistogramOptions.CLASSIC);
    }

    @Benchmark
    @Limit(nanos = 110, per = "sample", by = "snappy (45 ns), walking 210 bytes of protobuf and hashing the labels")
    public double remote_write_1(CpuTime cpu) {
        long began = CpuTime.begin();
        body.unpack(remoteWrite, 0, remoteWrite.length, "snappy");
        SummingSink sink = new SummingSink();
        decoder.decode(body.array(), body.length(), sink);
        cpu.end(began, SAMPLES);
        return sink.sum;
    }

    @Benchmark
    @Limit(nanos = 40, per = "sample", by = "snappy (10 ns), walking 49 bytes of protobuf and hashing the references")
    public double remote_write_2(CpuTime cpu) {
        long began = CpuTime.begin();
        body.unpack(remoteWrite2, 0, remoteWrite2.length, "snappy");
        SummingSink sink = new SummingSink();
        decoder2.decode(body.array(), body.length(), sink);
        cpu.end(began, SAMPLES);
        return sink.sum;
    }

    @Benchmark
    @Limit(nanos = 8, per = "sample", by = "reading 80 bytes at 10.3 GB/s")
    public double text(CpuTime cpu) {
        long began = CpuTime.begin();
        ExpositionReader reader = reader();
        double sum = 0;
        while (reader.next()) {
            sum += reader.value();
        }
        cpu.end(began, SAMPLES);
        return sum;
    }

    @Benchmark
    @Limit(nanos = 16, per = "sample", by = "comparing 80 bytes with the last exposition's at 10.3 GB/s")
    public double text_as_the_last_time(CpuTime cpu) {
        long began = CpuTime.begin();
        ExpositionReader reader = reader();
        double sum = 0;
        for (int i = 0; i < SAMPLES; i++) {
            if (!reader.nextIfSame(text, prefixes[2 * i], prefixes[2 * i + 1], headers.get(i))) {
                throw new IllegalStateException("sample " + i + " was not recognised");
            }
            sum += reader.value();
        }
        cpu.end(began, SAMPLES);
        return sum;
    }

    @Benchmark
    @Limit(nanos = 10, per = "sample", by = "reading 100 bytes at 10.3 GB/s")
    public double otlp(CpuTime cpu) {
        long began = CpuTime.begin();
        SummingSink sink = new SummingSink();
        OtlpMetrics.decode(otlp, otlp.length, rules, sink);
        cpu.end(began, SAMPLES);
        return sink.sum;
    }
}
