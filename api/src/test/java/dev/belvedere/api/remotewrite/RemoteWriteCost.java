package dev.belvedere.api.remotewrite;

import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.Exemplar;
import dev.belvedere.model.metrics.MetricMetadata;
import dev.belvedere.model.metrics.NativeHistogram;
import dev.belvedere.storage.metrics.AppendOutcome;
import dev.belvedere.storage.metrics.CommitListener;
import dev.belvedere.storage.metrics.MetricAppender;
import dev.belvedere.wire.IngestLimits;
import dev.belvedere.wire.compression.UnpackedBody;
import dev.belvedere.wire.remotewrite.RemoteWrite2Decoder;
import dev.belvedere.wire.remotewrite.RemoteWriteDecoder;
import java.io.DataInputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Measures what remote write costs before the store: unpacking, decoding and finding each series' ref.
///
/// Arguments: a folder that the metrics bench's `gen` wrote, and how many rounds. CPU time of one thread.
public final class RemoteWriteCost {

    private RemoteWriteCost() {}

    /// Takes samples and does nothing with them.
    private static final class NullAppender implements MetricAppender {
        private long series;
        private long samples;
        private double sum;

        @Override
        public long series(Labels labels) {
            return series++;
        }

        @Override
        public void append(long ref, long timestampMillis, long startMillis, double value) {
            samples++;
            sum += value + ref;
        }

        @Override
        public void append(long ref, long timestampMillis, long startMillis, NativeHistogram histogram) {
            samples++;
        }

        @Override
        public void appendExemplar(long ref, Exemplar exemplar) {}

        @Override
        public void updateMetadata(String metricFamily, MetricMetadata metadata) {}

        @Override
        public int pendingSamples() {
            return 0;
        }

        @Override
        public AppendOutcome commit() {
            return AppendOutcome.allAccepted(0);
        }

        @Override
        public void whenDurable(CommitListener listener) {
            listener.durable();
        }

        @Override
        public void rollback() {}

        @Override
        public void close() {}
    }

    public static void main(String[] arguments) throws IOException {
        Path folder = Path.of(arguments[0]);
        int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 8;
        boolean isVersion2 = Files.readString(folder.resolve("meta.json")).contains("\"rw2\"");
        List<byte[]> requests = requests(folder);
        UnpackedBody body = new UnpackedBody(64 << 20);
        RemoteWriteDecoder decoder = new RemoteWriteDecoder(IngestLimits.DEFAULT);
        RemoteWrite2Decoder decoder2 = new RemoteWrite2Decoder(IngestLimits.DEFAULT);
        SeriesRefCache cache = new SeriesRefCache(1 << 22);
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        for (int round = 0; round < rounds; round++) {
            NullAppender appender = new NullAppender();
            long start = threads.getCurrentThreadCpuTime();
            for (byte[] request : requests) {
                body.unpack(request, 0, request.length, "snappy");
            }
            long unpacked = threads.getCurrentThreadCpuTime();
            for (byte[] request : requests) {
                body.unpack(request, 0, request.length, "snappy");
                RequestSink sink = new RequestSink(
                        appender, cache.new Lookup(round), cache.told(), IngestLimits.DEFAULT, isVersion2);
                if (isVersion2) {
                    decoder2.decode(body.array(), body.length(), sink);
                } else {
                    decoder.decode(body.array(), body.length(), sink);
                }
                if (!sink.found().isEmpty()) {
                    cache.addAll(sink.found(), round);
                }
            }
            long end = threads.getCurrentThreadCpuTime();
            System.out.printf(
                    "round %d: %d samples, %d new series; CPU ns/sample: unpacking %.0f, all %.0f (%.3f CPU-s per million)%n",
                    round,
                    appender.samples,
                    appender.series,
                    (unpacked - start) / (double) appender.samples,
                    (end - unpacked) / (double) appender.samples,
                    (end - unpacked) / 1e3 / appender.samples);
        }
    }

    private static List<byte[]> requests(Path folder) throws IOException {
        byte[] all = Files.readAllBytes(folder.resolve("c0.bin"));
        List<byte[]> requests = new ArrayList<>();
        try (DataInputStream index = new DataInputStream(Files.newInputStream(folder.resolve("c0.idx")))) {
            while (index.available() >= 20) {
                index.readLong();
                int offset = (int) index.readLong();
                int length = index.readInt();
                requests.add(Arrays.copyOfRange(all, offset, offset + length));
            }
        }
        return requests;
    }
}
