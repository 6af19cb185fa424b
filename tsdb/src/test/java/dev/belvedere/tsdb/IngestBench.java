package dev.belvedere.tsdb;

import dev.belvedere.model.Tenant;
import dev.belvedere.model.labels.LabelMatcher;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.platform.disk.LocalDisk;
import dev.belvedere.platform.time.SystemTime;
import dev.belvedere.storage.QueryBudget;
import dev.belvedere.storage.metrics.AppendOptions;
import dev.belvedere.storage.metrics.MetricAppender;
import dev.belvedere.storage.metrics.MetricQuerier;
import dev.belvedere.storage.metrics.SampleColumn;
import dev.belvedere.storage.metrics.SelectRequest;
import dev.belvedere.storage.metrics.SeriesCursor;
import dev.belvedere.tsdb.options.TsdbOptions;
import it.unimi.dsi.fastutil.longs.Long2LongOpenHashMap;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.management.JMException;
import javax.management.ObjectName;
import org.xerial.snappy.Snappy;

/// Measures the engine in one process on the metrics bench's payloads: CPU per sample of append and commit, bytes
/// per sample, memory per series, recovery, and some selections. Not a test: run it by hand.
///
/// Arguments: the folder that the bench's `gen` made, an empty data folder, and how many times to repeat reads.
public final class IngestBench {

    /// When the bench's data ends.
    private static final long END = 1_790_000_000_000L - 15_000;

    private static final long TWENTY_YEARS = 20L * 365 * 86_400_000;

    private final Long2LongOpenHashMap refs = new Long2LongOpenHashMap();
    private long samples;
    private long appendNanos;
    private long parseNanos;

    private IngestBench() {
        refs.defaultReturnValue(-1);
    }

    public static void main(String[] arguments) throws IOException {
        new IngestBench().run(Path.of(arguments[0]), Path.of(arguments[1]));
    }

    private static void print(String format, Object... arguments) {
        System.out.println(String.format(java.util.Locale.ROOT, format, arguments));
    }

    private static long cpu() {
        return ManagementFactory.getPlatformMXBean(com.sun.management.OperatingSystemMXBean.class)
                .getProcessCpuTime();
    }

    private static long threadCpu() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private static StoreOnDisk open(Path data) {
        return StoreOnDisk.open(
                new LocalDisk(),
                data,
                2,
                TsdbOptions.DEFAULT.withRetention(TWENTY_YEARS, Long.MAX_VALUE),
                new SystemTime());
    }

    private void run(Path payloads, Path data) throws IOException {
        StoreOnDisk opened = open(data);
        long heapBefore = heap();
        long cpuBefore = cpu();
        for (Path index : indexes(payloads)) {
            ingest(opened.store(), index);
        }
        print(
                "ingest: %d samples, %.3f CPU-s/M in all, parse %.3f, append and commit %.3f",
                samples, (cpu() - cpuBefore) / 1e3 / samples, parseNanos / 1e3 / samples, appendNanos / 1e3 / samples);
        long headBytes = heap() - heapBefore;
        print("memory: %d series, %.0f heap bytes per series", refs.size(), (double) headBytes / refs.size());
        printLargestClasses();
        print("log: %.2f bytes per sample", (double) opened.log().sizeBytes() / samples);
        opened.close();
        cpuBefore = cpu();
        long wall = System.nanoTime();
        opened = open(data);
        print("recovery: %.2f s, %.2f CPU-s", (System.nanoTime() - wall) / 1e9, (cpu() - cpuBefore) / 1e9);
        select(opened.store(), "head");
        cpuBefore = cpu();
        opened.store().flush();
        long bytes = size(data.resolve("segments"));
        print(
                "flush: %.2f CPU-s, %.3f CPU-s/M, %.4f bytes per sample",
                (cpu() - cpuBefore) / 1e9, (cpu() - cpuBefore) / 1e3 / samples, (double) bytes / samples);
        select(opened.store(), "blocks");
        opened.close();
    }

    private static void printLargestClasses() {
        try {
            Object histogram = ManagementFactory.getPlatformMBeanServer()
                    .invoke(
                            new ObjectName("com.sun.management:type=DiagnosticCommand"),
                            "gcClassHistogram",
                            new Object[] {new String[0]},
                            new String[] {String[].class.getName()});
            ((String) histogram).lines().limit(12).forEach(System.out::println);
        } catch (JMException e) {
            throw new IllegalStateException(e);
        }
    }

    private static long heap() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private static List<Path> indexes(Path payloads) throws IOException {
        try (java.util.stream.Stream<Path> files = Files.list(payloads)) {
            return files.filter(p -> p.toString().endsWith(".idx")).sorted().toList();
        }
    }

    private static long size(Path directory) throws IOException {
        try (java.util.stream.Stream<Path> files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile)
                    .mapToLong(p -> p.toFile().length())
                    .sum();
        }
    }

    private void ingest(TsdbStore store, Path index) throws IOException {
        Path bodies = index.resolveSibling(index.getFileName().toString().replace(".idx", ".bin"));
        byte[] raw = new byte[8 << 20];
        try (DataInputStream in = new DataInputStream(new BufferedInputStream(Files.newInputStream(index)));
                FileChannel channel = FileChannel.open(bodies);
                MetricAppender appender = store.appender(Tenant.DEFAULT, AppendOptions.ACKNOWLEDGED_LATER)) {
            while (in.available() >= 20) {
                in.readInt();
                in.readInt();
                long offset = in.readLong();
                ByteBuffer body = ByteBuffer.allocate(in.readInt());
                channel.read(body, offset);
                int length = Snappy.uncompress(body.array(), 0, body.capacity(), raw, 0);
                append(appender, raw, length);
            }
        }
    }

    private void append(MetricAppender appender, byte[] raw, int length) {
        long start = System.nanoTime();
        int count = parse(raw, length, appender);
        long parsed = System.nanoTime();
        long threadBefore = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        if (appender.commit().accepted() != count) {
            throw new IllegalStateException("samples were refused");
        }
        appendNanos += ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - threadBefore;
        parseNanos += parsed - start;
        samples += count;
    }

    private int parse(byte[] raw, int length, MetricAppender appender) {
        ByteBuffer in = ByteBuffer.wrap(raw, 0, length).order(ByteOrder.LITTLE_ENDIAN);
        int count = 0;
        while (in.hasRemaining()) {
            in.get();
            int end = varint(in) + in.position();
            int labelsAt = in.position();
            while (in.get(in.position()) == 0x0a) {
                in.get();
                int size = varint(in);
                in.position(in.position() + size);
            }
            long hash = hash(raw, labelsAt, in.position());
            long ref = refs.get(hash);
            if (ref < 0) {
                ref = appender.series(labels(raw, labelsAt, in.position()));
                refs.put(hash, ref);
            }
            in.get();
            in.get();
            in.get();
            double value = in.getDouble();
            in.get();
            long time = longVarint(in);
            appender.append(ref, time, 0, value);
            count++;
            in.position(end);
        }
        return count;
    }

    private static int varint(ByteBuffer in) {
        return (int) longVarint(in);
    }

    private static long longVarint(ByteBuffer in) {
        long value = 0;
        for (int shift = 0; ; shift += 7) {
            byte b = in.get();
            value |= (long) (b & 0x7f) << shift;
            if (b >= 0) {
                return value;
            }
        }
    }

    private static long hash(byte[] raw, int from, int to) {
        long h = to - from;
        for (int i = from; i < to; i++) {
            h = (h ^ raw[i]) * 0x9E3779B97F4A7C15L;
            h ^= h >>> 29;
        }
        return h;
    }

    private static Labels labels(byte[] raw, int from, int to) {
        ByteBuffer in = ByteBuffer.wrap(raw, from, to - from);
        List<String> pairs = new ArrayList<>();
        while (in.hasRemaining()) {
            in.get();
            varint(in);
            for (int i = 0; i < 2; i++) {
                in.get();
                int size = varint(in);
                pairs.add(new String(raw, in.position(), size, StandardCharsets.UTF_8));
                in.position(in.position() + size);
            }
        }
        return Labels.ofSorted(pairs.toArray(String[]::new));
    }

    private void select(TsdbStore store, String where) {
        String[][] selectors = {
            {"__name__", "node_cpu_seconds_total"},
            {"__name__", "DCGM_FI_DEV_GPU_UTIL"},
            {"job", "node"},
            {"__name__", "node_cpu_seconds_total", "315"},
            {"__name__", ".+", "315"},
            {"instance", "gpu-node-0003:9100", "3600"}
        };
        for (String[] selector : selectors) {
            long best = Long.MAX_VALUE;
            long from = Long.MIN_VALUE;
            if (selector.length > 2) {
                from = END - Long.parseLong(selector[2]) * 1000;
            }
            long read = 0;
            int series = 0;
            for (int round = 0; round < 30; round++) {
                long before = threadCpu();
                read = 0;
                series = 0;
                SampleColumn column = new SampleColumn();
                try (MetricQuerier querier = store.querier(Tenant.DEFAULT, QueryBudget.unlimited())) {
                    List<SeriesCursor> cursors = querier.select(SelectRequest.samples(
                            List.of(LabelMatcher.of(LabelMatcher.Type.REGEX, selector[0], selector[1])),
                            from,
                            Long.MAX_VALUE));
                    for (SeriesCursor cursor : cursors) {
                        while (cursor.next()) {
                            for (int i = 0; i < cursor.group().seriesCount(); i++) {
                                cursor.group().read(i, column);
                                read += column.rowCount();
                                series++;
                            }
                        }
                    }
                }
                best = Math.min(best, threadCpu() - before);
            }
            print(
                    "select %s over %s from %s: %d series, %d samples, %.2f ms, %.1f ns/sample",
                    selector[1],
                    selector.length > 2 ? selector[2] + " s" : "all",
                    where,
                    series,
                    read,
                    best / 1e6,
                    (double) best / Math.max(1, read));
        }
        long before = cpu();
        try (MetricQuerier querier = store.querier(Tenant.DEFAULT, QueryBudget.unlimited())) {
            querier.labelValues("__name__", List.of(), dev.belvedere.model.TimeRange.ALWAYS, 0);
        }
        print("label values: %.2f ms", (cpu() - before) / 1e6);
    }
}
