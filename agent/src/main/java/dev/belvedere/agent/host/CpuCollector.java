package dev.belvedere.agent.host;

import dev.belvedere.platform.metrics.FamilyBuffer;
import java.io.IOException;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// Seconds that each processor spent in each mode.
///
/// `user` and `nice` include the time of guests, which stands beside them in `node_cpu_guest_seconds_total`.
/// Counters of an idle processor may step back a little in some kernels: such steps are held back, so that no
/// counter reset is seen; a larger step of `idle` means that the processor was unplugged and starts afresh.
final class CpuCollector implements HostCollector {

    private static final String FILE = "proc/stat";
    private static final double TICKS_PER_SECOND = 100;
    private static final double HOTPLUG_SECONDS = 3;
    private static final String[] MODES = {"user", "nice", "system", "idle", "iowait", "irq", "softirq", "steal"};
    private static final int IDLE = 3;
    private static final int GUEST = 8;
    private static final int GUEST_NICE = 9;
    private static final int FIELDS = 10;

    private final HostFiles files;
    private final Map<Integer, double[]> seconds = new TreeMap<>();

    CpuCollector(HostFiles files) {
        this.files = files;
    }

    @Override
    public String name() {
        return "cpu";
    }

    @Override
    public void collect(FamilyBuffer out) throws IOException {
        Set<Integer> online = new HashSet<>();
        for (String line : files.lines(FILE)) {
            if (line.startsWith("cpu") && line.length() > 3 && Character.isDigit(line.charAt(3))) {
                online.add(take(HostFiles.fields(line)));
            }
        }
        seconds.keySet().retainAll(online);
        seconds.forEach((cpu, values) -> add(out, Integer.toString(cpu), values));
    }

    private int take(String[] fields) throws IOException {
        int cpu = (int) HostFiles.number(FILE, fields[0].substring(3));
        double[] now = new double[FIELDS];
        for (int i = 0; i < FIELDS && i + 1 < fields.length; i++) {
            now[i] = HostFiles.number(FILE, fields[i + 1]) / TICKS_PER_SECOND;
        }
        double[] before = seconds.get(cpu);
        if (before != null && before[IDLE] - now[IDLE] < HOTPLUG_SECONDS) {
            for (int i = 0; i < FIELDS; i++) {
                now[i] = Math.max(now[i], before[i]);
            }
        }
        seconds.put(cpu, now);
        return cpu;
    }

    private static void add(FamilyBuffer out, String cpu, double[] values) {
        String help = "Seconds the processors spent in each mode.";
        for (int i = 0; i < MODES.length; i++) {
            out.counter("node_cpu_seconds_total", help, values[i], "cpu", cpu, "mode", MODES[i]);
        }
        String guestHelp = "Seconds the processors spent running guests, for each mode.";
        out.counter("node_cpu_guest_seconds_total", guestHelp, values[GUEST], "cpu", cpu, "mode", "user");
        out.counter("node_cpu_guest_seconds_total", guestHelp, values[GUEST_NICE], "cpu", cpu, "mode", "nice");
    }
}
