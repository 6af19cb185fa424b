package dev.belvedere.agent.host;

import dev.belvedere.platform.metrics.FamilyBuffer;
import java.io.FileNotFoundException;
import java.io.IOException;

/// Seconds that processes waited for processors, memory and I/O (PSI): some of them, or all at once.
final class PressureCollector implements HostCollector {

    private static final double MICROSECOND = 1e-6;
    private static final String TOTAL = "total=";

    private final HostFiles files;

    PressureCollector(HostFiles files) {
        this.files = files;
    }

    @Override
    public String name() {
        return "pressure";
    }

    @Override
    public void collect(FamilyBuffer out) throws IOException {
        boolean isAnyThere = add(out, "cpu", "some", "cpu_waiting");
        isAnyThere |= add(out, "io", "some", "io_waiting");
        isAnyThere |= add(out, "io", "full", "io_stalled");
        isAnyThere |= add(out, "memory", "some", "memory_waiting");
        isAnyThere |= add(out, "memory", "full", "memory_stalled");
        isAnyThere |= add(out, "irq", "full", "irq_stalled");
        if (!isAnyThere) {
            throw new FileNotFoundException("/proc/pressure: this kernel keeps no pressure figures");
        }
    }

    /// `some avg10=0.00 avg60=0.00 avg300=0.00 total=0`
    private boolean add(FamilyBuffer out, String resource, String kind, String name) throws IOException {
        String path = "proc/pressure/" + resource;
        String text = files.value(path).orElse("");
        for (String line : text.lines().toList()) {
            int total = line.indexOf(TOTAL);
            if (line.startsWith(kind) && total >= 0) {
                double micros = HostFiles.number(path, line.substring(total + TOTAL.length()));
                String who = kind.equals("some") ? "some process" : "every process";
                out.counter(
                        "node_pressure_" + name + "_seconds_total",
                        "Seconds during which " + who + " waited for " + resource + ".",
                        micros * MICROSECOND);
                return true;
            }
        }
        return false;
    }
}
