package dev.belvedere.platform.assignment;

import java.util.Set;

/// Which partitions of a topic this process owns: whose log it reads, whose live data it holds.
public interface Assignment {

    /// The partitions owned at this moment.
    Set<Integer> partitions(String topic);
}
