package dev.belvedere.bench;

import dev.belvedere.storage.metrics.SampleColumn;
import dev.belvedere.tsdb.codec.ByteSink;
import dev.belvedere.tsdb.codec.ByteSource;
import dev.belvedere.tsdb.codec.ColumnDecoder;
import dev.belvedere.tsdb.codec.ColumnEncoder;
import java.util.SplittableRandom;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/// Columns of a block: 64 of 480 values each, as two hours of a target scraped every 15 s.
@State(Scope.Benchmark)
public class CodecBench {

    private static final int COLUMNS = 64;
    private static final int ROWS = 480;

    @Param({"constant", "counter", "decimal", "double"})
    public String kind = "counter";

    private final double[][] values = new double[COLUMNS][ROWS];
    private final byte[][] encoded = new byte[COLUMNS][];
    private final ColumnEncoder encoder = new ColumnEncoder();
    private final ColumnDecoder decoder = new ColumnDecoder();
    private final SampleColumn column = new SampleColumn();
    private final ByteSink sink = new ByteSink(1 << 16);

    @Setup
    public void fill() {
        SplittableRandom random = new SplittableRandom(4711);
        for (int c = 0; c < COLUMNS; c++) {
            double value = random.nextInt(1_000_000);
            for (int row = 0; row < ROWS; row++) {
                value = switch (kind) {
                    case "constant" -> value;
                    case "counter" -> value + random.nextInt(1000);
                    case "decimal" -> Math.rint(100 * (50 + 10 * random.nextDouble())) / 100;
                    default -> random.nextDouble();
                };
                values[c][row] = value;
            }
            sink.clear();
            encoder.beginPage();
            encoder.encode(new ColumnEncoder.Rows(values[c], 0, ROWS, null, null), false, sink);
            encoded[c] = sink.toBytes();
        }
    }

    @Benchmark
    @Limit(
            nanos = 1.0,
            per = "value",
            by = "unpacking bits, difference and decimal to double in a layout that vectorises")
    public double decode(CpuTime cpu) {
        long began = CpuTime.begin();
        double sum = 0;
        for (byte[] bytes : encoded) {
            column.reset(ROWS);
            decoder.decode(new ByteSource(bytes), ROWS, column, 0);
            sum += column.values()[ROWS - 1];
        }
        cpu.end(began, COLUMNS * ROWS);
        return sum;
    }

    @Benchmark
    @Limit(nanos = 0.63, per = "value", by = "copying 8 bytes at 12.6 GB/s")
    public int encode(CpuTime cpu) {
        long began = CpuTime.begin();
        sink.clear();
        for (double[] of : values) {
            encoder.beginPage();
            encoder.encode(new ColumnEncoder.Rows(of, 0, ROWS, null, null), false, sink);
        }
        cpu.end(began, COLUMNS * ROWS);
        return sink.size();
    }
}
