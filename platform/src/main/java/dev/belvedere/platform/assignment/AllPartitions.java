package dev.belvedere.platform.assignment;

import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// The assignment of a process that is alone: everything is its own.
public record AllPartitions(int count) implements Assignment {

    @Override
    public Set<Integer> partitions(String topic) {
        return IntStream.range(0, count).boxed().collect(Collectors.toUnmodifiableSet());
    }
}
