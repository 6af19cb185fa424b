package dev.belvedere.agent.host;

import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.MetricType;
import dev.belvedere.platform.metrics.FamilyBuffer;
import java.io.IOException;
import java.util.Optional;

/// State and properties of each network device.
final class NetclassCollector implements HostCollector {

    private record Property(String file, String name, MetricType type) {}

    private static final Property[] PROPERTIES = {
        new Property("addr_assign_type", "address_assign_type", MetricType.GAUGE),
        new Property("carrier", "carrier", MetricType.GAUGE),
        new Property("carrier_changes", "carrier_changes_total", MetricType.COUNTER),
        new Property("carrier_up_count", "carrier_up_changes_total", MetricType.COUNTER),
        new Property("carrier_down_count", "carrier_down_changes_total", MetricType.COUNTER),
        new Property("dev_id", "device_id", MetricType.GAUGE),
        new Property("dormant", "dormant", MetricType.GAUGE),
        new Property("flags", "flags", MetricType.GAUGE),
        new Property("ifindex", "iface_id", MetricType.GAUGE),
        new Property("iflink", "iface_link", MetricType.GAUGE),
        new Property("link_mode", "iface_link_mode", MetricType.GAUGE),
        new Property("mtu", "mtu_bytes", MetricType.GAUGE),
        new Property("name_assign_type", "name_assign_type", MetricType.GAUGE),
        new Property("netdev_group", "net_dev_group", MetricType.GAUGE),
        new Property("speed", "speed_bytes", MetricType.GAUGE),
        new Property("tx_queue_len", "transmit_queue_length", MetricType.GAUGE),
        new Property("type", "protocol_type", MetricType.GAUGE)
    };

    private static final String DIRECTORY = "sys/class/net";
    private static final double BYTES_PER_MEGABIT = 1e6 / 8;
    private static final long FLAG_UP = 1;

    private final HostFiles files;

    NetclassCollector(HostFiles files) {
        this.files = files;
    }

    @Override
    public String name() {
        return "netclass";
    }

    @Override
    public void collect(FamilyBuffer out) throws IOException {
        for (String device : files.directories(DIRECTORY)) {
            add(out, device);
        }
    }

    private void add(FamilyBuffer out, String device) {
        String state = value(device, "operstate").orElse("");
        out.gauge("node_network_up", "Whether operstate is up.", state.equals("up") ? 1 : 0, "device", device);
        Labels identity = Labels.of(
                "device", device,
                "address", value(device, "address").orElse(""),
                "broadcast", value(device, "broadcast").orElse(""),
                "duplex", value(device, "duplex").orElse(""),
                "operstate", state,
                "adminstate", adminState(number(device, "flags")),
                "ifalias", value(device, "ifalias").orElse(""));
        out.add("node_network_info", MetricType.GAUGE, "What is known of the device; always 1.", identity, 1);
        for (Property property : PROPERTIES) {
            number(device, property.file()).ifPresent(value -> {
                double scale = property.file().equals("speed") ? BYTES_PER_MEGABIT : 1;
                out.add(
                        "node_network_" + property.name(),
                        property.type(),
                        "The network device property " + property.file() + ".",
                        Labels.of("device", device),
                        value * scale);
            });
        }
    }

    private static String adminState(Optional<Long> flags) {
        return flags.map(bits -> (bits & FLAG_UP) != 0 ? "up" : "down").orElse("unknown");
    }

    private Optional<String> value(String device, String file) {
        return files.value(DIRECTORY + "/" + device + "/" + file);
    }

    /// Decimal, or hexadecimal after `0x`; empty for what the device does not tell in its present state.
    private Optional<Long> number(String device, String file) {
        return value(device, file).flatMap(text -> {
            try {
                return Optional.of(Long.decode(text));
            } catch (NumberFormatException e) {
                return Optional.empty();
            }
        });
    }
}
