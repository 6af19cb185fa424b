package dev.belvedere.agent.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.belvedere.model.metrics.MetricFamily;
import dev.belvedere.model.metrics.MetricType;
import dev.belvedere.platform.disk.LocalDisk;
import dev.belvedere.platform.machine.LocalMounts;
import dev.belvedere.platform.time.SystemTime;
import dev.belvedere.testkit.platform.PeerFiles;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// The real exporter and ours, side by side on this machine.
final class NodeExporterComparisonTest {

    private static final Optional<Path> EXPORTER = PeerFiles.find("usr/bin/prometheus-node-exporter");

    /// Labels that newer node_exporters have and the packaged one may not.
    private static final String NEWER_LABELS = "(,?)(rotational|adminstate)=\"[^\"]*\"";

    /// The package changes the defaults of node_exporter; these are node_exporter's own of today.
    private static final List<String> UPSTREAM_DEFAULTS = List.of(
            "--collector.diskstats.device-exclude=^(z?ram|loop|fd|(h|s|v|xv)d[a-z]|nvme\\d+n\\d+p)\\d+$",
            "--collector.netdev.device-exclude=^$",
            "--collector.filesystem.mount-points-exclude=^/(dev|proc|run/credentials/.+|sys|var/lib/docker/.+"
                    + "|var/lib/containers/storage/.+)($|/)");

    /// What does not change between two scrapes, so that values must agree too.
    private static final Set<String> STEADY = Set.of(
            "node_boot_time_seconds",
            "node_disk_info",
            "node_filefd_maximum",
            "node_filesystem_files",
            "node_filesystem_readonly",
            "node_filesystem_size_bytes",
            "node_memory_MemTotal_bytes",
            "node_memory_SwapTotal_bytes",
            "node_memory_HugePages_Total",
            "node_network_carrier",
            "node_network_flags",
            "node_network_info",
            "node_network_mtu_bytes",
            "node_network_speed_bytes",
            "node_network_up",
            "node_time_zone_offset_seconds",
            "node_uname_info");

    @Test
    void names_labels_types_and_steady_values_are_those_of_node_exporter() throws Exception {
        assumeTrue(EXPORTER.isPresent(), "skipped: prometheus-node-exporter is not installed; .ci/run fetches it");
        Map<String, String> theirs = new TreeMap<>();
        Map<String, String> theirTypes = new TreeMap<>();
        for (String line : scrapeExporter()) {
            if (line.startsWith("# TYPE node_")) {
                String[] words = line.split(" ");
                theirTypes.put(words[2], words[3]);
            } else if (line.startsWith("node_")) {
                int space = line.lastIndexOf(' ');
                theirs.put(
                        line.substring(0, space)
                                .replaceAll("(,?)\\w+=\"\"", "")
                                .replace("{,", "{")
                                .replace("{}", ""),
                        line.substring(space + 1));
            }
        }
        List<MetricFamily> families = new HostCollectors(
                        new LocalDisk(), Path.of("/"), new LocalMounts(), new SystemTime(), Set.of())
                .collect();
        Map<String, Double> ours = new TreeMap<>();
        families.forEach(family -> family.points().forEach(point -> ours.put(exposed(point), point.value())));

        Set<String> missing = new TreeSet<>(theirs.keySet());
        missing.removeIf(series -> series.startsWith("node_exporter_build_info"));
        missing.removeAll(ours.keySet());
        assertThat(missing).as("series of node_exporter that we lack").isEmpty();
        Set<String> additional = new TreeSet<>(ours.keySet());
        additional.removeAll(theirs.keySet());
        assertThat(additional)
                .as("series that node_exporter lacks")
                .allMatch(series ->
                        series.startsWith("node_filesystem_mount_info") || series.startsWith("node_pressure_irq_"));
        for (MetricFamily family : families) {
            String type = family.type() == MetricType.UNKNOWN
                    ? "untyped"
                    : family.type().exposedName();
            assertThat(theirTypes.getOrDefault(family.name(), type))
                    .as(family.name())
                    .isEqualTo(type);
        }
        ours.forEach((series, value) -> {
            if (STEADY.contains(series.replaceAll("\\{.*", ""))) {
                assertThat(value).as(series).isEqualTo(Double.parseDouble(theirs.getOrDefault(series, "NaN")));
            }
        });
    }

    private static String exposed(MetricFamily.Point point) {
        List<String> labels = new ArrayList<>();
        point.labels().forEach((name, value) -> labels.add(name + "=\"" + value + "\""));
        String text = point.name() + (labels.isEmpty() ? "" : "{" + String.join(",", labels) + "}");
        return text.replaceAll(NEWER_LABELS, "").replace("{,", "{");
    }

    private static List<String> scrapeExporter() throws IOException, InterruptedException {
        int port;
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        String program = EXPORTER.orElseThrow().toString();
        List<String> command = new ArrayList<>(
                List.of(program, "--collector.disable-defaults", "--web.listen-address=127.0.0.1:" + port));
        HostCollectors.names().forEach(name -> command.add("--collector." + name));
        command.addAll(UPSTREAM_DEFAULTS);
        Process exporter = new ProcessBuilder(command).redirectErrorStream(true).start();
        try (BufferedReader log =
                new BufferedReader(new InputStreamReader(exporter.getInputStream(), StandardCharsets.UTF_8))) {
            String line = log.readLine();
            while (line != null && !line.contains("TLS is disabled")) {
                line = log.readLine();
            }
            try (HttpClient client = HttpClient.newHttpClient()) {
                HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics"))
                        .build();
                return client.send(request, HttpResponse.BodyHandlers.ofString())
                        .body()
                        .lines()
                        .toList();
            }
        } finally {
            exporter.destroy();
        }
    }
}
