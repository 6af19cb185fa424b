package dev.belvedere.promql.evaluation;

import java.util.Arrays;
import java.util.List;

/// How many samples a query looked at, counted for each of its steps. The arrays are not to be changed.
///
/// @param queryable a sample counts for every step that looks at it
/// @param read a sample counts for the first of the steps next to each other that look at it
public record SamplesByStep(long[] queryable, long[] read) {

    public long totalQueryable() {
        return sum(queryable);
    }

    public long totalRead() {
        return sum(read);
    }

    /// Without a stream: both are asked for after every query, and one of a single step has little else to do.
    private static long sum(long[] counts) {
        long sum = 0;
        for (long count : counts) {
            sum += count;
        }
        return sum;
    }

    public int steps() {
        return queryable.length;
    }

    /// The counts of some of the steps, the last exclusive.
    public SamplesByStep slice(int from, int to) {
        return new SamplesByStep(Arrays.copyOfRange(queryable, from, to), Arrays.copyOfRange(read, from, to));
    }

    /// The counts of steps that follow each other.
    public static SamplesByStep joined(List<SamplesByStep> parts) {
        return new SamplesByStep(
                parts.stream()
                        .map(SamplesByStep::queryable)
                        .flatMapToLong(Arrays::stream)
                        .toArray(),
                parts.stream()
                        .map(SamplesByStep::read)
                        .flatMapToLong(Arrays::stream)
                        .toArray());
    }
}
