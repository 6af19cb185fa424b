package dev.belvedere.acceptance;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// How long the starts of a test took until the server was ready, and what they used of the processors.
final class Starts {

    private final List<Long> readyMillis = new ArrayList<>();
    private final List<Double> cpuSeconds = new ArrayList<>();

    void add(ServerProcess justReady) {
        readyMillis.add(justReady.readyMillis());
        cpuSeconds.add(justReady.cpuSeconds());
    }

    private static <T extends Comparable<T>> String spread(List<T> figures) {
        List<T> sorted = new ArrayList<>(figures);
        Collections.sort(sorted);
        return sorted.get(sorted.size() / 2) + " (at most " + sorted.getLast() + ")";
    }

    @Override
    public String toString() {
        return readyMillis.isEmpty()
                ? "no starts"
                : "ready after " + spread(readyMillis) + " ms and " + spread(cpuSeconds) + " CPU-s";
    }
}
