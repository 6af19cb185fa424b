package dev.belvedere.demo.site;

import java.util.Locale;
import java.util.random.RandomGenerator;

/// What the nodes' system logs say on any day.
final class NodeLogs {

    private static final double LINES_PER_SECOND = 0.7;

    private final RandomGenerator random;

    NodeLogs(RandomGenerator random) {
        this.random = random;
    }

    void step(Tick tick, int nodes, Emissions emissions) {
        if (random.nextDouble() >= LINES_PER_SECOND) {
            return;
        }
        String node = "gpu-node-" + (1 + random.nextInt(nodes));
        long nanos = tick.nanosBefore(random.nextDouble());
        int number = random.nextInt(100_000);
        switch (random.nextInt(7)) {
            case 0 -> emissions.syslog(node, "systemd", nanos, "Started session-" + number + ".scope.");
            case 1 ->
                emissions.syslog(
                        node,
                        "sshd",
                        nanos,
                        "Accepted publickey for ml from 10.2.0." + number % 250 + " port " + (30_000 + number % 20_000)
                                + " ssh2");
            case 2 ->
                emissions.syslog(
                        node,
                        "kernel",
                        nanos,
                        String.format(
                                Locale.ROOT,
                                "mlx5_core 0000:%02x:00.0: temperature %d C",
                                0x18 + number % 8,
                                50 + number % 20));
            case 3 -> emissions.syslog(node, "chronyd", nanos, "Selected source 10.0.0." + (1 + number % 4));
            case 4 -> emissions.syslog(node, "slurmd", nanos, "launch task StepId=" + (40_000 + number % 900) + ".0");
            case 5 -> emissions.syslog(node, "nv-fabricmanager", nanos, "Connected to 1 node, all NVLinks are trained");
            default -> emissions.syslog(node, "dockerd", nanos, "level=info msg=\"container heartbeat\" pid=" + number);
        }
    }
}
