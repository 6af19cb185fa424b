package dev.belvedere.agent.host;

import dev.belvedere.platform.metrics.FamilyBuffer;
import java.io.IOException;

/// Boot time, interrupts, context switches and processes of the whole machine.
final class StatCollector implements HostCollector {

    private static final String FILE = "proc/stat";

    private final HostFiles files;

    StatCollector(HostFiles files) {
        this.files = files;
    }

    @Override
    public String name() {
        return "stat";
    }

    @Override
    public void collect(FamilyBuffer out) throws IOException {
        for (String line : files.lines(FILE)) {
            String[] fields = HostFiles.fields(line);
            if (fields.length < 2 || fields[0].startsWith("cpu")) {
                continue;
            }
            double value = HostFiles.number(FILE, fields[1]);
            switch (fields[0]) {
                case "btime" -> out.gauge("node_boot_time_seconds", "When the machine started, Unix time.", value);
                case "ctxt" -> out.counter("node_context_switches_total", "Context switches.", value);
                case "intr" -> out.counter("node_intr_total", "Interrupts serviced.", value);
                case "processes" -> out.counter("node_forks_total", "Processes and threads created.", value);
                case "procs_running" -> out.gauge("node_procs_running", "Processes that could run now.", value);
                case "procs_blocked" -> out.gauge("node_procs_blocked", "Processes that wait for I/O.", value);
                default -> {}
            }
        }
    }
}
