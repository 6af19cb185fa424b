package dev.belvedere.agent.host;

import dev.belvedere.platform.metrics.FamilyBuffer;
import java.io.IOException;

/// Bytes, packets and errors of each network device.
final class NetdevCollector implements HostCollector {

    private static final String FILE = "proc/net/dev";

    /// In the order of the columns of /proc/net/dev.
    private static final String[] COLUMNS = {
        "receive_bytes",
        "receive_packets",
        "receive_errs",
        "receive_drop",
        "receive_fifo",
        "receive_frame",
        "receive_compressed",
        "receive_multicast",
        "transmit_bytes",
        "transmit_packets",
        "transmit_errs",
        "transmit_drop",
        "transmit_fifo",
        "transmit_colls",
        "transmit_carrier",
        "transmit_compressed"
    };

    private final HostFiles files;

    NetdevCollector(HostFiles files) {
        this.files = files;
    }

    @Override
    public String name() {
        return "netdev";
    }

    @Override
    public void collect(FamilyBuffer out) throws IOException {
        for (String line : files.lines(FILE)) {
            int colon = line.lastIndexOf(':');
            if (colon < 0) {
                continue;
            }
            String device = line.substring(0, colon).strip();
            String[] fields = HostFiles.fields(line.substring(colon + 1));
            for (int i = 0; i < COLUMNS.length && i < fields.length; i++) {
                add(out, COLUMNS[i], device, fields[i]);
            }
            String unhandled = files.value("sys/class/net/" + device + "/statistics/rx_nohandler")
                    .orElse("");
            if (!unhandled.isEmpty()) {
                add(out, "receive_nohandler", device, unhandled);
            }
        }
    }

    private static void add(FamilyBuffer out, String column, String device, String value) throws IOException {
        out.counter(
                "node_network_" + column + "_total",
                "The network device statistic " + column + ".",
                HostFiles.number(FILE, value),
                "device",
                device);
    }
}
