package dev.belvedere.testkit.platform;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belvedere.platform.assignment.Assignment;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Which partitions a process owns, as every engine relies on it.
public abstract class AssignmentContract {

    protected static final int PARTITIONS = 3;

    protected abstract Assignment assignment();

    @Test
    void partitions_are_numbered_within_the_log() {
        Set<Integer> partitions = assignment().partitions("metrics");
        assertThat(partitions).isNotEmpty().allMatch(p -> p >= 0 && p < PARTITIONS);
    }
}
