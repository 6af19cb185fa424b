package dev.belvedere.tsdb.chunk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belvedere.storage.metrics.SampleColumn;
import dev.belvedere.tsdb.codec.ColumnEncoder;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class EncodedColumnsTest {

    private static final int COLUMNS = 40;

    /// Counters, buckets that lean on the column before, decimals, constants, and columns with a NaN in them.
    private record Source(long[] times, double[][] columns) implements ColumnSource {

        static Source random(SplittableRandom random) {
            int rows = 2 + random.nextInt(400);
            long[] times = new long[rows];
            for (int i = 0; i < rows; i++) {
                times[i] = 15_000L * i + random.nextInt(3);
            }
            double[][] columns = new double[COLUMNS][rows];
            for (int c = 0; c < COLUMNS; c++) {
                for (int i = 0; i < rows; i++) {
                    columns[c][i] = switch (c % 8) {
                        case 0, 1, 2 -> (i == 0 ? 0 : columns[c][i - 1]) + random.nextInt(50);
                        case 3 -> columns[c - 1][i] + (i < rows / 2 ? 0 : 1);
                        case 4 -> random.nextInt(10_000) / 100.0;
                        case 5 -> 17;
                        case 6 -> random.nextInt(40) == 0 ? Double.NaN : random.nextInt(9);
                        default -> random.nextDouble();
                    };
                }
            }
            return new Source(times, columns);
        }

        @Override
        public int rows() {
            return times.length;
        }

        @Override
        public ColumnEncoder.Rows column(int column) {
            return new ColumnEncoder.Rows(columns[column], 0, times.length, null, null);
        }

        @Override
        public boolean isNextBucket(int column) {
            return column % 8 > 0 && column % 8 < 4;
        }
    }

    /// Two chunks that are open at once, with what others were read with before.
    @Test
    void rows_of_a_column_are_the_same_whichever_were_read_before() {
        long seed = Long.getLong("seed", 5);
        SplittableRandom random = new SplittableRandom(seed);
        ReadBuffers buffers = new ReadBuffers();
        for (int round = 0; round < 40; round++) {
            buffers.reuse();
            Source[] sources = {Source.random(random), Source.random(random)};
            EncodedColumns[] opened = {open(sources[0], buffers), open(sources[1], buffers)};
            SampleColumn column = new SampleColumn();
            int to = random.nextInt(Math.min(sources[0].rows(), sources[1].rows())) + 1;
            int from = random.nextInt(to);
            for (int read = 0; read < 400; read++) {
                int chunk = random.nextInt(2);
                Source source = sources[chunk];
                int number = random.nextInt(COLUMNS);
                boolean isWhole = random.nextInt(4) == 0;
                if (random.nextInt(20) == 0) {
                    from = random.nextInt(to);
                }
                OpenChunk.RowRange range =
                        isWhole ? new OpenChunk.RowRange(0, source.rows()) : new OpenChunk.RowRange(from, to);
                column.reset(source.rows());
                if (isWhole) {
                    opened[chunk].read(number, column, 0);
                } else {
                    assertThat(opened[chunk].readFloats(number, range, column, 0))
                            .isTrue();
                }
                double[] wanted = Arrays.copyOfRange(source.columns()[number], range.from(), range.to());
                assertThat(Arrays.copyOf(column.values(), wanted.length))
                        .as("-Dseed=%d, round %d, read %d: column %d, %s", seed, round, read, number, range)
                        .isEqualTo(wanted);
                assertThat(opened[chunk].isDense()).isTrue();
            }
        }
    }

    private static EncodedColumns open(Source source, ReadBuffers buffers) {
        byte[] bytes = new ChunkEncoder().encode(source, COLUMNS);
        EncodedChunk chunk = new EncodedChunk(new ColumnLayout(new int[COLUMNS]), 0, 0, bytes);
        return new EncodedColumns(chunk, ChunkHeader.read(chunk), buffers);
    }
}
