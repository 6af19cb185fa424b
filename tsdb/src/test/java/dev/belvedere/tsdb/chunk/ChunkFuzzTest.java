package dev.belvedere.tsdb.chunk;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.belvedere.model.Fault;
import dev.belvedere.model.OperationException;
import dev.belvedere.storage.metrics.SampleColumn;
import dev.belvedere.testkit.fuzz.ParserBudget;
import dev.belvedere.tsdb.codec.ByteSink;
import dev.belvedere.tsdb.codec.ByteSource;
import dev.belvedere.tsdb.codec.ColumnDecoder;
import dev.belvedere.tsdb.codec.ColumnEncoder;
import dev.belvedere.tsdb.codec.IntegerEncoder;
import dev.belvedere.tsdb.codec.MalformedBytesException;
import dev.belvedere.tsdb.codec.RowSpan;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/// Arbitrary bytes as chunks and columns, without the checksums that guard them on disk: they are read or refused as
/// such.
class ChunkFuzzTest {

    private static final int COLUMN_ROWS = 240;
    private static final int MAX_COLUMNS = 1000;

    /// A chunk of few bytes may hold 16,384 equal rows.
    private static final ParserBudget BUDGET = ParserBudget.of(16 << 20, 4000);

    private record Bytes(byte[] bytes) implements ChunkBytes {

        @Override
        public Range range(long position, int length) {
            return new Range(bytes, (int) position);
        }

        @Override
        public int headerLength() {
            return bytes.length;
        }

        @Override
        public int length() {
            return bytes.length;
        }

        @Override
        public boolean isChecked() {
            return false;
        }

        @Override
        public RuntimeException corrupt(String reason) {
            return new OperationException("corrupt_block", Fault.CORRUPT, reason);
        }
    }

    private static double[] values(int family) {
        double[] values = new double[COLUMN_ROWS];
        for (int i = 0; i < values.length; i++) {
            values[i] = switch (family) {
                case 0 -> 42;
                case 1 -> i * 3 + i % 7;
                case 2 -> Math.rint(Math.sin(i) * 1000) / 100;
                default -> Math.sin(i);
            };
        }
        return values;
    }

    static Stream<byte[]> columns() {
        return Stream.of(0, 1, 2, 3).map(family -> {
            ByteSink sink = new ByteSink(64);
            ColumnEncoder encoder = new ColumnEncoder();
            encoder.beginPage();
            encoder.encode(new ColumnEncoder.Rows(values(family), 0, COLUMN_ROWS, null, null), false, sink);
            return sink.toBytes();
        });
    }

    /// One column of a chunk that has no checksums: header, then a page.
    static Stream<byte[]> chunks() {
        return columns().map(column -> {
            long[] times = new long[COLUMN_ROWS];
            for (int i = 0; i < times.length; i++) {
                times[i] = 1_790_000_000_000L + 15_000L * i;
            }
            ByteSink page = new ByteSink(64);
            page.putVarint(column.length);
            page.putBytes(column, 0, column.length);
            page.putInt(0);
            ByteSink chunk = new ByteSink(64);
            chunk.putVarint(COLUMN_ROWS);
            new IntegerEncoder().encode(times, COLUMN_ROWS, chunk);
            chunk.putVarint(1);
            chunk.putVarint(page.size());
            chunk.putInt(0);
            chunk.putBytes(page);
            return chunk.toBytes();
        });
    }

    @MethodSource("columns")
    @FuzzTest
    void column(byte[] bytes) {
        SampleColumn column = new SampleColumn();
        try {
            BUDGET.run(bytes.length, () -> {
                column.reset(COLUMN_ROWS);
                new ColumnDecoder().decode(new ByteSource(bytes), COLUMN_ROWS, column, 0);
            });
        } catch (MalformedBytesException e) {
            assertThat(e.getMessage()).isNotEmpty();
            return;
        }
        double[] floats = new double[COLUMN_ROWS];
        if (new ColumnDecoder().decodeFloats(new ByteSource(bytes), RowSpan.all(COLUMN_ROWS), floats, 0)) {
            for (int row = 0; row < COLUMN_ROWS; row++) {
                assertThat(Double.doubleToRawLongBits(floats[row]))
                        .as("row %d", row)
                        .isEqualTo(Double.doubleToRawLongBits(column.values()[row]));
            }
        }
    }

    @MethodSource("chunks")
    @FuzzTest
    void chunk(byte[] bytes) {
        BUDGET.run(bytes.length, () -> {
            try {
                EncodedColumns chunk = new EncodedColumns(new Bytes(bytes));
                SampleColumn column = new SampleColumn();
                int from = 0;
                while (from < MAX_COLUMNS) {
                    column.reset(chunk.rows());
                    chunk.read(from++, column, 0);
                }
            } catch (OperationException e) {
                assertThat(e.getMessage()).isNotEmpty();
            }
        });
    }
}
