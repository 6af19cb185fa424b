package dev.belvedere.agent.gpu;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.belvedere.model.events.LogRecord;
import dev.belvedere.model.events.Severity;
import dev.belvedere.model.metrics.MetricFamily;
import dev.belvedere.platform.disk.DiskFile;
import dev.belvedere.platform.disk.MemoryDisk;
import dev.belvedere.platform.machine.NativeLibrary;
import dev.belvedere.platform.time.ManualTime;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/// Against a library with two simulated GPUs that this test compiles.
final class GpuCollectorsTest {

    private static final String HOPPER = "{DCGM_FI_DRIVER_VERSION=\"550.90.07\", Hostname=\"node-1\","
            + " UUID=\"GPU-aaaa\", device=\"nvidia4\", gpu=\"0\", modelName=\"NVIDIA H100 80GB HBM3\","
            + " pci_bus_id=\"00000000:07:00.0\"}";
    private static final String AMPERE = "{DCGM_FI_DRIVER_VERSION=\"550.90.07\", Hostname=\"node-1\","
            + " UUID=\"GPU-bbbb\", device=\"nvidia5\", gpu=\"1\", modelName=\"NVIDIA A100-SXM4-80GB\","
            + " pci_bus_id=\"00000000:8A:00.0\"}";

    /// A driver that is slow only because the machine is does not hang.
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    @TempDir(cleanup = CleanupMode.NEVER)
    private static Path folder;

    private static String library = "";

    private final MemoryDisk disk = new MemoryDisk();
    private final ManualTime time = new ManualTime(1_750_000_000_000L);
    private final BlockingQueue<LogRecord> events = new LinkedBlockingQueue<>();
    private Optional<GpuCollectors> opened = Optional.empty();

    @BeforeAll
    static void compile() throws IOException, InterruptedException, URISyntaxException {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/gcc")), "skipped: no gcc to compile the simulated NVML with");
        Path source = Path.of(Objects.requireNonNull(GpuCollectorsTest.class.getResource("/fake-nvml.c"))
                .toURI());
        library = folder.resolve("libnvidia-ml.so.1").toString();
        Process gcc = new ProcessBuilder("gcc", "-shared", "-fPIC", "-O1", "-o", library, source.toString())
                .inheritIO()
                .start();
        assertThat(gcc.waitFor()).isZero();
    }

    @BeforeEach
    void open() {
        steer("fake_reset", 0);
        opened = GpuCollectors.open(options(library, PATIENCE), disk, time, events::add);
    }

    @AfterEach
    void close() {
        opened.ifPresent(GpuCollectors::close);
    }

    private static GpuOptions options(String library, Duration timeout) {
        return new GpuOptions(List.of(library), "node-1", "Hostname", Path.of("/"), timeout);
    }

    private static void steer(String function, int... arguments) {
        NativeLibrary fake = NativeLibrary.open(List.of(library)).orElseThrow();
        try {
            if (arguments.length == 1) {
                fake.function(function, JAVA_INT).orElseThrow().invokeWithArguments(arguments[0]);
            } else {
                fake.function(function, JAVA_INT, JAVA_INT)
                        .orElseThrow()
                        .invokeWithArguments(arguments[0], arguments[1]);
            }
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    private Map<String, Double> collect() {
        Map<String, Double> series = new TreeMap<>();
        for (MetricFamily family : opened.orElseThrow().collect()) {
            family.points().forEach(point -> series.put(point.name() + point.labels(), point.value()));
        }
        return series;
    }

    private void write(String path, String text) throws IOException {
        try (DiskFile file = disk.open(Path.of(path))) {
            file.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), 0);
        }
    }

    @Test
    void a_gpu_is_told_under_dcgm_exporters_names_units_and_labels() {
        assertThat(collect())
                .containsEntry("DCGM_FI_DEV_SM_CLOCK" + HOPPER, 1980.0)
                .containsEntry("DCGM_FI_DEV_MEM_CLOCK" + HOPPER, 2619.0)
                .containsEntry("DCGM_FI_DEV_GPU_TEMP" + HOPPER, 61.0)
                .containsEntry("DCGM_FI_DEV_MEMORY_TEMP" + HOPPER, 70.0)
                .containsEntry("DCGM_FI_DEV_POWER_USAGE" + HOPPER, 612.5)
                .containsEntry("DCGM_FI_DEV_ENFORCED_POWER_LIMIT" + HOPPER, 700.0)
                .containsEntry("DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION" + HOPPER, 5e12)
                .containsEntry("DCGM_FI_DEV_GPU_UTIL" + HOPPER, 97.0)
                .containsEntry("DCGM_FI_DEV_MEM_COPY_UTIL" + HOPPER, 41.0)
                .containsEntry("DCGM_FI_DEV_ENC_UTIL" + HOPPER, 3.0)
                .containsEntry("DCGM_FI_DEV_FB_TOTAL" + HOPPER, 81559.0)
                .containsEntry("DCGM_FI_DEV_FB_FREE" + HOPPER, 1008.0)
                .containsEntry("DCGM_FI_DEV_FB_USED" + HOPPER, 80000.0)
                .containsEntry("DCGM_FI_DEV_FB_RESERVED" + HOPPER, 551.0)
                .containsEntry("DCGM_FI_DEV_PCIE_REPLAY_COUNTER" + HOPPER, 4e9)
                .containsEntry("DCGM_FI_DEV_POWER_VIOLATION" + HOPPER, 123456789.0)
                .containsEntry("DCGM_FI_DEV_NVLINK_BANDWIDTH_TOTAL" + HOPPER, 3000.0 * 1024)
                .containsEntry("DCGM_FI_DEV_ECC_SBE_AGG_TOTAL" + HOPPER, 1.0)
                .containsEntry("DCGM_FI_DEV_ECC_DBE_VOL_TOTAL" + HOPPER, 10.0)
                .containsEntry("DCGM_FI_DEV_CORRECTABLE_REMAPPED_ROWS" + HOPPER, 2.0)
                .containsEntry("DCGM_FI_DEV_UNCORRECTABLE_REMAPPED_ROWS" + HOPPER, 1.0)
                .containsEntry("DCGM_FI_DEV_ROW_REMAP_PENDING" + HOPPER, 1.0)
                .containsEntry("DCGM_FI_DEV_ROW_REMAP_FAILURE" + HOPPER, 0.0)
                .containsEntry("DCGM_FI_DEV_XID_ERRORS" + HOPPER, 0.0)
                .containsEntry("belvedere_agent_gpu_up" + HOPPER, 1.0);
    }

    @Test
    void clock_events_come_from_the_older_symbol_where_the_newer_is_missing() {
        assertThat(collect())
                .containsEntry("DCGM_FI_DEV_CLOCKS_EVENT_REASONS" + HOPPER, 68.0)
                .containsEntry("belvedere_gpu_clock_event" + clockEvent("power_cap"), 1.0)
                .containsEntry("belvedere_gpu_clock_event" + clockEvent("hw_thermal"), 1.0)
                .containsEntry("belvedere_gpu_clock_event" + clockEvent("sw_thermal"), 0.0)
                .containsEntry("DCGM_EXP_CLOCK_EVENTS_TOTAL" + clockEvent("power_cap"), 1.0)
                .containsEntry("DCGM_EXP_CLOCK_EVENTS_TOTAL" + clockEvent("sw_thermal"), 0.0);
        assertThat(collect()).containsEntry("DCGM_EXP_CLOCK_EVENTS_TOTAL" + clockEvent("power_cap"), 1.0);
    }

    private static String clockEvent(String event) {
        return HOPPER.replace("device=", "clock_event=\"" + event + "\", device=");
    }

    @Test
    void what_is_not_supported_or_missing_is_absent_and_never_zero() {
        Map<String, Double> series = collect();
        assertThat(series)
                .containsEntry("DCGM_FI_DEV_POWER_USAGE" + AMPERE, 612.5)
                .doesNotContainKeys(
                        "DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION" + AMPERE,
                        "DCGM_FI_DEV_ENC_UTIL" + AMPERE,
                        "DCGM_FI_DEV_MEMORY_TEMP" + AMPERE,
                        "DCGM_FI_DEV_ECC_SBE_VOL_TOTAL" + AMPERE,
                        "DCGM_FI_DEV_ROW_REMAP_FAILURE" + AMPERE);
        assertThat(series.keySet()).noneMatch(name -> name.startsWith("DCGM_FI_DEV_DEC_UTIL"));
    }

    @Test
    void activity_of_a_hopper_is_told_from_the_second_reading_on_and_never_of_an_older_gpu() {
        assertThat(collect()).doesNotContainKey("DCGM_FI_PROF_SM_ACTIVE" + HOPPER);
        time.advance(Duration.ofSeconds(15));
        Map<String, Double> series = collect();
        assertThat(series)
                .containsEntry("DCGM_FI_PROF_GR_ENGINE_ACTIVE" + HOPPER, 0.51)
                .containsEntry("DCGM_FI_PROF_SM_ACTIVE" + HOPPER, 0.52)
                .containsEntry("DCGM_FI_PROF_PIPE_TENSOR_ACTIVE" + HOPPER, 0.55)
                .containsEntry("DCGM_FI_PROF_DRAM_ACTIVE" + HOPPER, 0.6)
                .containsEntry("DCGM_FI_PROF_PCIE_RX_BYTES" + HOPPER, 3.0 * 1024 * 1024)
                .doesNotContainKey("DCGM_FI_PROF_PIPE_FP64_ACTIVE" + HOPPER)
                .containsEntry("DCGM_FI_DEV_PCIE_TX_THROUGHPUT" + AMPERE, 1000.0)
                .doesNotContainKey("DCGM_FI_PROF_SM_ACTIVE" + AMPERE);
        time.advance(Duration.ofMillis(50));
        assertThat(collect()).containsEntry("DCGM_FI_PROF_SM_ACTIVE" + HOPPER, 0.52);
    }

    @Test
    void a_process_that_holds_a_gpu_is_told_with_pod_job_and_rank_but_no_other_environment() throws IOException {
        write("/proc/4242/comm", "python3\n");
        write(
                "/proc/4242/cgroup",
                "0::/kubepods/burstable/pod0a1b2c3d_1111_2222_3333_444455556666/cri-containerd-" + "c".repeat(64)
                        + ".scope\n");
        write("/proc/4242/environ", "RANK=7\0SECRET_TOKEN=hunter2\0SLURM_JOB_ID=99\0");
        Map<String, Double> series = collect();
        assertThat(series)
                .containsEntry(
                        "belvedere_gpu_process_info{UUID=\"GPU-aaaa\", container_id=\"" + "c".repeat(64)
                                + "\", gpu=\"0\", pid=\"4242\", pod_uid=\"0a1b2c3d-1111-2222-3333-444455556666\","
                                + " process_name=\"python3\", rank=\"7\", slurm_job_id=\"99\"}",
                        1.0)
                .containsEntry(
                        "belvedere_gpu_process_memory_used_bytes{UUID=\"GPU-aaaa\", gpu=\"0\", pid=\"4242\"}",
                        7.0 * (1L << 30))
                .containsEntry("belvedere_gpu_process_info{UUID=\"GPU-aaaa\", gpu=\"0\", pid=\"4243\"}", 1.0)
                .doesNotContainKey(
                        "belvedere_gpu_process_memory_used_bytes{UUID=\"GPU-aaaa\", gpu=\"0\", pid=\"4243\"}");
        assertThat(series.toString()).doesNotContain("hunter2");
    }

    @Test
    void an_xid_becomes_an_event_and_a_count_and_a_repeat_within_two_seconds_neither() throws InterruptedException {
        steer("fake_xid", 0, 31);
        LogRecord event = events.poll(60, TimeUnit.SECONDS);
        assertThat(event).isNotNull();
        assertThat(event.line()).isEqualTo("XID 31 on GPU 0 (00000000:07:00.0): GPU memory page fault");
        assertThat(event.severity()).isEqualTo(Severity.ERROR);
        assertThat(event.timestampNanos()).isEqualTo(time.currentNanos());
        assertThat(event.attributes().text("event.name")).isEqualTo("gpu.xid");
        assertThat(event.attributes().text("gpu.xid")).isEqualTo("31");
        assertThat(event.attributes().text("gpu.uuid")).isEqualTo("GPU-aaaa");
        steer("fake_xid", 0, 31);
        steer("fake_xid", 1, 13);
        LogRecord next = events.poll(60, TimeUnit.SECONDS);
        assertThat(next).isNotNull();
        assertThat(next.attributes().text("gpu.index")).isEqualTo("1");
        String count = "DCGM_EXP_XID_ERRORS_COUNT" + HOPPER.replace("}", ", window_size_in_ms=\"300000\", xid=\"31\"}");
        assertThat(collect())
                .containsEntry("DCGM_FI_DEV_XID_ERRORS" + HOPPER, 31.0)
                .containsEntry(count, 1.0);
        time.advance(Duration.ofMinutes(6));
        assertThat(collect())
                .containsEntry("DCGM_FI_DEV_XID_ERRORS" + HOPPER, 31.0)
                .containsEntry("DCGM_EXP_XID_ERRORS_TOTAL" + HOPPER.replace("}", ", xid=\"31\"}"), 1.0)
                .doesNotContainKey(count);
    }

    @Test
    void a_gpu_that_is_lost_midway_loses_its_series_and_is_told_once_as_xid_79() {
        assertThat(collect()).containsKey("DCGM_FI_DEV_GPU_TEMP" + AMPERE);
        steer("fake_lose", 1);
        Map<String, Double> series = collect();
        assertThat(series)
                .containsKey("DCGM_FI_DEV_GPU_TEMP" + HOPPER)
                .doesNotContainKeys("DCGM_FI_DEV_GPU_TEMP" + AMPERE, "DCGM_FI_DEV_FB_USED" + AMPERE)
                .containsEntry("belvedere_agent_gpu_up" + AMPERE, 0.0)
                .containsEntry("DCGM_FI_DEV_XID_ERRORS" + AMPERE, 79.0);
        time.advance(Duration.ofSeconds(15));
        collect();
        assertThat(events).hasSize(1);
        assertThat(events.element().severity()).isEqualTo(Severity.FATAL);
        assertThat(events.element().line()).contains("GPU has fallen off the bus");
        steer("fake_reset", 0);
        assertThat(collect()).containsKey("DCGM_FI_DEV_GPU_TEMP" + AMPERE);
    }

    @Test
    void a_gpu_whose_driver_hangs_is_left_out_until_it_answers_while_the_other_goes_on() {
        close();
        opened = GpuCollectors.open(options(library, Duration.ofMillis(500)), disk, time, events::add);
        steer("fake_hang", 0, 1);
        // Where the machine itself hangs, the other GPU answers at a later time.
        Map<String, Double> series;
        do {
            series = collect();
            assertThat(series)
                    .doesNotContainKey("DCGM_FI_DEV_GPU_TEMP" + HOPPER)
                    .containsEntry("belvedere_agent_gpu_up" + HOPPER, 0.0);
        } while (!series.containsKey("DCGM_FI_DEV_GPU_TEMP" + AMPERE));
        steer("fake_hang", 0, 0);
        while (!series.containsKey("DCGM_FI_DEV_GPU_TEMP" + HOPPER)) {
            series = collect();
        }
        assertThat(series).containsEntry("belvedere_agent_gpu_up" + HOPPER, 1.0);
    }

    @Test
    void without_a_library_there_is_nothing() {
        assertThat(GpuCollectors.open(options("libno-such-library.so.1", PATIENCE), disk, time, events::add))
                .isEmpty();
    }
}
