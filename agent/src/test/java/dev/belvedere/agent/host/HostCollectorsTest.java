package dev.belvedere.agent.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belvedere.model.metrics.MetricFamily;
import dev.belvedere.model.metrics.MetricType;
import dev.belvedere.platform.machine.MountUsage;
import dev.belvedere.platform.machine.Mounts;
import dev.belvedere.platform.time.ManualTime;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class HostCollectorsTest {

    private static final Mounts MOUNTS = path -> {
        if (path.equals(Path.of("/host/mnt/my disk"))) {
            throw new IOException("mountpoint timeout");
        }
        return new MountUsage(1000, 400, 300, 50, 20);
    };

    private final ManualTime time = new ManualTime(1_750_000_500_000L);

    private HostCollectors collectors(HostTree tree) {
        return new HostCollectors(tree.disk, HostTree.ROOT, MOUNTS, time, Set.of());
    }

    private static Map<String, Double> series(List<MetricFamily> families) {
        Map<String, Double> series = new TreeMap<>();
        for (MetricFamily family : families) {
            for (MetricFamily.Point point : family.points()) {
                assertThat(series.put(point.name() + point.labels(), point.value()))
                        .as("series exposed twice: %s%s", point.name(), point.labels())
                        .isNull();
            }
        }
        return series;
    }

    private Map<String, Double> small() {
        return series(collectors(HostTree.small()).collect());
    }

    @Test
    void cpu_seconds_are_ticks_by_mode_and_guests_stand_beside_user() {
        assertThat(small())
                .containsEntry("node_cpu_seconds_total{cpu=\"0\", mode=\"user\"}", 1.0)
                .containsEntry("node_cpu_seconds_total{cpu=\"1\", mode=\"idle\"}", 30.0)
                .containsEntry("node_cpu_guest_seconds_total{cpu=\"0\", mode=\"user\"}", 0.5)
                .containsEntry("node_cpu_guest_seconds_total{cpu=\"1\", mode=\"nice\"}", 0.1);
    }

    @Test
    void small_steps_back_of_a_processor_are_held_and_an_unplugged_one_starts_afresh() {
        HostTree tree = HostTree.small();
        HostCollectors collectors = collectors(tree);
        collectors.collect();
        tree.with("proc/stat", "cpu0 90 10 200 2999 30 0 4 5 50 10\ncpu1 1 1 1 1 1 1 1 1 1 1\n");
        assertThat(series(collectors.collect()))
                .containsEntry("node_cpu_seconds_total{cpu=\"0\", mode=\"user\"}", 1.0)
                .containsEntry("node_cpu_seconds_total{cpu=\"0\", mode=\"idle\"}", 30.0)
                .containsEntry("node_cpu_seconds_total{cpu=\"1\", mode=\"idle\"}", 0.01);
        tree.with("proc/stat", "cpu0 90 10 200 2999 30 0 4 5 50 10\n");
        assertThat(series(collectors.collect())).doesNotContainKey("node_cpu_seconds_total{cpu=\"1\", mode=\"idle\"}");
    }

    @Test
    void the_machine_as_a_whole_is_told() {
        assertThat(small())
                .containsEntry("node_boot_time_seconds{}", 1.75e9)
                .containsEntry("node_context_switches_total{}", 67890.0)
                .containsEntry("node_intr_total{}", 12345.0)
                .containsEntry("node_forks_total{}", 4321.0)
                .containsEntry("node_procs_blocked{}", 1.0)
                .containsEntry("node_load5{}", 1.25)
                .containsEntry("node_filefd_allocated{}", 1504.0)
                .containsEntry("node_filefd_maximum{}", 9.223372036854775807e18)
                .containsEntry("node_time_seconds{}", 1_750_000_500.0)
                .containsEntry("node_time_clocksource_current_info{clocksource=\"tsc\", device=\"0\"}", 1.0)
                .containsEntry(
                        "node_uname_info{domainname=\"(none)\", machine=\"x86_64\", nodename=\"gpu-node-1\","
                                + " release=\"6.1.0-18-amd64\", sysname=\"Linux\","
                                + " version=\"#1 SMP PREEMPT_DYNAMIC\"}",
                        1.0);
    }

    @Test
    void memory_is_in_bytes_and_counts_stay_counts() {
        assertThat(small())
                .containsEntry("node_memory_MemTotal_bytes{}", 16384.0 * 1024)
                .containsEntry("node_memory_Active_anon_bytes{}", 102400.0)
                .containsEntry("node_memory_HugePages_Total{}", 7.0);
    }

    @Test
    void disks_count_sectors_of_512_bytes_and_partitions_are_left_out() {
        Map<String, Double> series = small();
        assertThat(series)
                .containsEntry("node_disk_read_bytes_total{device=\"nvme0n1\"}", 102400.0)
                .containsEntry("node_disk_write_time_seconds_total{device=\"nvme0n1\"}", 5.0)
                .containsEntry("node_disk_io_now{device=\"sda\"}", 1.0)
                .containsEntry("node_disk_flush_requests_time_seconds_total{device=\"nvme0n1\"}", 0.006)
                .doesNotContainKey("node_disk_flush_requests_total{device=\"sda\"}")
                .containsEntry(
                        "node_disk_info{device=\"nvme0n1\", major=\"259\", minor=\"0\", model=\"Fast Disk\","
                                + " rotational=\"0\", serial=\"S1\"}",
                        1.0);
        assertThat(series.keySet())
                .noneMatch(name -> name.startsWith("node_disk") && name.matches(".*(nvme0n1p1|loop0).*"));
    }

    @Test
    void a_file_system_is_told_once_and_one_that_hangs_is_told_as_an_error() {
        String root = "{device=\"/dev/nvme0n1p1\", fstype=\"ext4\", mountpoint=\"/\"}";
        String hung = "{device=\"files:/export\", device_error=\"mountpoint timeout\", fstype=\"nfs4\","
                + " mountpoint=\"/mnt/my disk\"}";
        Map<String, Double> series = small();
        assertThat(series)
                .containsEntry("node_filesystem_size_bytes" + root, 1000.0)
                .containsEntry("node_filesystem_avail_bytes" + root, 300.0)
                .containsEntry("node_filesystem_files_free" + root, 20.0)
                .containsEntry("node_filesystem_readonly" + root, 0.0)
                .containsEntry("node_filesystem_device_error" + hung, 1.0)
                .containsEntry("node_filesystem_readonly" + hung, 1.0)
                .doesNotContainKey("node_filesystem_size_bytes" + hung);
        assertThat(series.keySet()).noneMatch(name -> name.contains("docker") || name.contains("\"/proc\""));
    }

    @Test
    void network_devices_are_told_by_column_and_by_property() {
        assertThat(small())
                .containsEntry("node_network_receive_bytes_total{device=\"eth0\"}", 1000.0)
                .containsEntry("node_network_transmit_compressed_total{device=\"eth0\"}", 12.0)
                .containsEntry("node_network_receive_bytes_total{device=\"eth0:1\"}", 5.0)
                .containsEntry("node_network_up{device=\"eth0\"}", 1.0)
                .containsEntry("node_network_speed_bytes{device=\"eth0\"}", 1.25e10)
                .containsEntry("node_network_flags{device=\"eth0\"}", 4099.0)
                .containsEntry("node_network_mtu_bytes{device=\"eth0\"}", 9000.0)
                .doesNotContainKey("node_network_carrier{device=\"eth0\"}")
                .containsEntry(
                        "node_network_info{address=\"02:00:00:00:00:01\", adminstate=\"up\", device=\"eth0\","
                                + " operstate=\"up\"}",
                        1.0);
    }

    @Test
    void pressure_and_vmstat_keep_node_exporters_types() {
        List<MetricFamily> families = collectors(HostTree.small()).collect();
        assertThat(series(families))
                .containsEntry("node_pressure_cpu_waiting_seconds_total{}", 1.5)
                .containsEntry("node_pressure_memory_stalled_seconds_total{}", 1.0)
                .doesNotContainKey("node_pressure_io_waiting_seconds_total{}")
                .containsEntry("node_vmstat_oom_kill{}", 1.0)
                .containsEntry("node_vmstat_pgmajfault{}", 13.0)
                .doesNotContainKey("node_vmstat_nr_free_pages{}");
        assertThat(families)
                .filteredOn(family -> family.name().equals("node_vmstat_oom_kill"))
                .extracting(MetricFamily::type)
                .containsExactly(MetricType.UNKNOWN);
    }

    @Test
    void a_collector_that_fails_leaves_the_others_alone() {
        HostTree tree = HostTree.small().with("proc/meminfo", "MemTotal: a lot\n");
        assertThat(series(collectors(tree).collect()))
                .containsEntry("node_scrape_collector_success{collector=\"meminfo\"}", 0.0)
                .containsEntry("node_scrape_collector_success{collector=\"cpu\"}", 1.0)
                .containsKey("node_scrape_collector_duration_seconds{collector=\"meminfo\"}")
                .containsKey("node_load1{}");
    }

    @Test
    void a_machine_that_tells_nothing_gives_no_series_but_the_collectors_own() {
        Map<String, Double> series = series(collectors(new HostTree()).collect());
        assertThat(series.keySet())
                .allMatch(name -> name.startsWith("node_scrape_collector_") || name.startsWith("node_time_"));
        assertThat(series).containsEntry("node_scrape_collector_success{collector=\"pressure\"}", 0.0);
    }

    @Test
    void only_the_enabled_collectors_run_and_all_names_are_known() {
        Map<String, Double> series = series(
                new HostCollectors(HostTree.small().disk, HostTree.ROOT, MOUNTS, time, Set.of("loadavg")).collect());
        assertThat(series.keySet())
                .containsExactlyInAnyOrder(
                        "node_load1{}",
                        "node_load5{}",
                        "node_load15{}",
                        "node_scrape_collector_success{collector=\"loadavg\"}",
                        "node_scrape_collector_duration_seconds{collector=\"loadavg\"}");
        assertThat(small().keySet().stream()
                        .filter(name -> name.startsWith("node_scrape_collector_success"))
                        .map(name -> name.replaceAll(".*=\"|\"}", "")))
                .containsExactlyElementsOf(HostCollectors.names());
    }
}
