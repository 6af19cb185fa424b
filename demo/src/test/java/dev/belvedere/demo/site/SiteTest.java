package dev.belvedere.demo.site;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belvedere.model.events.LogRecord;
import dev.belvedere.model.events.Severity;
import dev.belvedere.model.events.Span;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.MetricFamily;
import dev.belvedere.wire.exposition.ExpositionFormat;
import dev.belvedere.wire.exposition.ExpositionReader;
import dev.belvedere.wire.exposition.ExpositionWriter;
import dev.belvedere.wire.exposition.HistogramOptions;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

final class SiteTest {

    private static final long START = 1_750_000_000_000L;
    private static final double SPEED = 10;

    private final Schedule schedule = new Schedule(SPEED);
    private final Site site = new Site(42, schedule, START);
    private final List<LogRecord> logs = new ArrayList<>();
    private final List<LogRecord> syslog = new ArrayList<>();
    private final List<Span> spans = new ArrayList<>();
    private final Map<String, Double> pushed = new HashMap<>();

    private void advanceTo(long second) {
        while (site.second() < second) {
            Emissions emissions = site.advance();
            emissions.otlpLogs().values().forEach(logs::addAll);
            syslog.addAll(emissions.lokiLines());
            spans.addAll(emissions.spans());
            emissions
                    .otlpMetrics()
                    .values()
                    .forEach(families -> families.forEach(family -> family.points()
                            .forEach(point -> pushed.put(
                                    point.name() + "/" + point.labels().get("run"), point.value()))));
        }
    }

    private double pushed(String nameAndRun) {
        return pushed.getOrDefault(nameAndRun, Double.NaN);
    }

    private void advanceInto(Incident incident, int seconds) {
        advanceTo(schedule.startSeconds(incident) + seconds);
    }

    private void advanceBehind(Incident incident, int seconds) {
        advanceInto(incident, schedule.durationSeconds(incident) + seconds);
    }

    /// The value of the only point of a family that fits.
    private double value(String path, String name, Predicate<Labels> fits) {
        List<Double> found = site.expose(path).orElseThrow().stream()
                .flatMap(family -> family.points().stream())
                .filter(point -> point.name().equals(name) && fits.test(point.labels()))
                .map(MetricFamily.Point::value)
                .toList();
        assertThat(found).as(path + " " + name).hasSize(1);
        return found.getFirst();
    }

    private static Predicate<Labels> with(String name, String value) {
        return labels -> labels.get(name).equals(value);
    }

    private double queue() {
        double waiting = 0;
        for (String replica : List.of("vllm-llama-0", "vllm-llama-1", "vllm-llama-2")) {
            waiting += value("/vllm/" + replica, "vllm:num_requests_waiting", labels -> true);
        }
        return waiting;
    }

    private static byte[] everything(Site site, long seconds) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        while (site.second() < seconds) {
            bytes.writeBytes(site.advance().toString().getBytes(StandardCharsets.UTF_8));
        }
        for (Site.Endpoint endpoint : site.endpoints()) {
            site.expose(endpoint.path())
                    .ifPresent(families ->
                            bytes.writeBytes(ExpositionWriter.write(families, ExpositionFormat.TEXT_0_0_4)));
        }
        return bytes.toByteArray();
    }

    @Test
    void the_same_seed_gives_the_same_bytes_and_another_seed_others() {
        byte[] first = everything(new Site(7, schedule, START), 200);
        assertThat(Arrays.equals(first, everything(new Site(7, schedule, START), 200)))
                .isTrue();
        assertThat(Arrays.equals(first, everything(new Site(8, schedule, START), 200)))
                .isFalse();
    }

    @Test
    void every_endpoint_exposes_what_our_own_reader_takes_and_no_series_twice() {
        advanceTo(90);
        int samples = 0;
        for (Site.Endpoint endpoint : site.endpoints()) {
            byte[] bytes =
                    ExpositionWriter.write(site.expose(endpoint.path()).orElseThrow(), ExpositionFormat.TEXT_0_0_4);
            ExpositionReader reader = ExpositionReader.of(ExpositionFormat.TEXT_0_0_4, bytes, HistogramOptions.CLASSIC);
            Set<Labels> series = new HashSet<>();
            while (reader.next()) {
                assertThat(series.add(reader.labels()))
                        .as(reader.labels().toString())
                        .isTrue();
                assertThat(reader.value()).as(reader.labels().toString()).isFinite();
                samples++;
            }
        }
        assertThat(site.endpoints()).hasSize(25);
        assertThat(samples).isBetween(2000, 6000);
    }

    @Test
    void counters_never_fall() {
        Map<String, Double> before = new HashMap<>();
        for (int minute = 1; minute <= 10; minute++) {
            advanceTo(60L * minute);
            for (Site.Endpoint endpoint : site.endpoints()) {
                site.expose(endpoint.path()).orElse(List.of()).stream()
                        .flatMap(family -> family.points().stream())
                        .filter(point -> point.name().matches(".*(_total|_bucket|_count|_ENERGY_CONSUMPTION)"))
                        .forEach(point -> {
                            Double last = before.put(endpoint.path() + point.name() + point.labels(), point.value());
                            assertThat(point.value())
                                    .as(endpoint.path() + point.name() + point.labels())
                                    .isGreaterThanOrEqualTo(last == null ? 0 : last);
                        });
            }
        }
    }

    @Test
    void incidents_come_one_after_the_other_within_the_cycle_at_any_speed() {
        for (double speed : new double[] {1, 3, 10, 1000}) {
            Schedule fast = new Schedule(speed);
            int end = 0;
            for (Incident incident : Incident.values()) {
                assertThat(fast.startSeconds(incident)).isGreaterThan(end);
                end = fast.startSeconds(incident) + fast.durationSeconds(incident);
            }
            assertThat(fast.cycleSeconds()).isGreaterThan(end);
        }
        assertThat(new Schedule(10).cycleSeconds()).isLessThan(480);
        Schedule usual = new Schedule(1);
        assertThat(usual.isActive(Incident.XID_79, 1200)).isTrue();
        assertThat(usual.isActive(Incident.XID_79, 1200 + usual.cycleSeconds())).isTrue();
        assertThat(usual.isActive(Incident.XID_79, 1380)).isFalse();
        assertThat(usual.describe(START))
                .contains("repeated every 27:00")
                .contains("+20:00  15:26:40  for 03:00  GPU 2 of gpu-node-3 falls off the bus")
                .contains("alert GpuXid");
    }

    @Test
    void requests_queue_up_during_the_build_up_and_the_queue_drains() {
        advanceInto(Incident.QUEUE_BUILD_UP, 0);
        double firstTokens = meanFirstToken();
        assertThat(queue()).isLessThan(30);
        advanceInto(Incident.QUEUE_BUILD_UP, 50);
        assertThat(queue()).isGreaterThan(60);
        assertThat(meanFirstToken()).isGreaterThan(2 * firstTokens);
        advanceBehind(Incident.QUEUE_BUILD_UP, 240);
        assertThat(queue()).isLessThan(30);
    }

    private double meanFirstToken() {
        return value("/vllm/vllm-llama-0", "vllm:time_to_first_token_seconds_sum", labels -> true)
                / value("/vllm/vllm-llama-0", "vllm:time_to_first_token_seconds_count", labels -> true);
    }

    @Test
    void a_worker_runs_out_of_memory_once_and_comes_back() {
        advanceInto(Incident.CUDA_OOM, 0);
        assertThat(value("/diffusion", "diffusion_worker_cuda_oom_total", with("worker", "2")))
                .isZero();
        advanceInto(Incident.CUDA_OOM, 2);
        assertThat(value("/diffusion", "diffusion_worker_cuda_oom_total", with("worker", "2")))
                .isEqualTo(1);
        assertThat(value("/diffusion", "diffusion_worker_up", with("worker", "2")))
                .isZero();
        assertThat(logs)
                .filteredOn(record -> record.line().startsWith("torch.OutOfMemoryError: CUDA out of memory."))
                .singleElement()
                .satisfies(record -> assertThat(record.severity()).isEqualTo(Severity.ERROR));
        advanceInto(Incident.CUDA_OOM, 40);
        assertThat(value("/diffusion", "diffusion_worker_up", with("worker", "2")))
                .isEqualTo(1);
    }

    @Test
    void the_loss_jumps_and_recovers() {
        advanceInto(Incident.LOSS_SPIKE, -1);
        double usual = pushed("ml_training_loss/sdxl-finetune");
        advanceInto(Incident.LOSS_SPIKE, 20);
        assertThat(pushed("ml_training_loss/sdxl-finetune")).isGreaterThan(1.6 * usual);
        assertThat(pushed("ml_training_grad_norm/sdxl-finetune")).isGreaterThan(5);
        advanceBehind(Incident.LOSS_SPIKE, 10);
        assertThat(pushed("ml_training_loss/sdxl-finetune")).isLessThan(1.2 * usual);
    }

    @Test
    void one_hot_gpu_holds_up_all_ranks() {
        advanceInto(Incident.STRAGGLER, -1);
        double usual = pushed("ml_training_step_duration_seconds/llama-8b-pretrain");
        advanceInto(Incident.STRAGGLER, 50);
        String ranks = "/ranks/llama-8b-pretrain";
        assertThat(value(ranks, "ml_training_rank_compute_seconds", with("rank", "13")))
                .isGreaterThan(1.4 * value(ranks, "ml_training_rank_compute_seconds", with("rank", "12")));
        assertThat(value(ranks, "ml_training_rank_comm_wait_seconds", with("rank", "12")))
                .isGreaterThan(value(ranks, "ml_training_rank_comm_wait_seconds", with("rank", "13")));
        assertThat(pushed("ml_training_step_duration_seconds/llama-8b-pretrain"))
                .isGreaterThan(1.3 * usual);
        assertThat(value("/dcgm/gpu-node-2", "DCGM_FI_DEV_SM_CLOCK", with("gpu", "5")))
                .isLessThan(1200);
        assertThat(value("/dcgm/gpu-node-2", "DCGM_FI_DEV_GPU_TEMP", with("gpu", "5")))
                .isGreaterThan(75);
        assertThat(value("/dcgm/gpu-node-2", "DCGM_FI_DEV_GPU_TEMP", with("gpu", "4")))
                .isLessThan(70);
    }

    @Test
    void a_gpu_falls_off_the_bus_and_its_run_crashes_and_resumes_from_the_checkpoint() {
        advanceInto(Incident.XID_79, 5);
        assertThat(value("/dcgm/gpu-node-3", "DCGM_FI_DEV_XID_ERRORS", with("gpu", "2")))
                .isEqualTo(79);
        assertThat(value("/dcgm/gpu-node-3", "DCGM_EXP_XID_ERRORS_COUNT", with("xid", "79")))
                .isEqualTo(1);
        assertThat(site.expose("/dcgm/gpu-node-3").orElseThrow().stream()
                        .filter(family -> family.name().equals("DCGM_FI_DEV_GPU_TEMP"))
                        .mapToInt(family -> family.points().size())
                        .sum())
                .isEqualTo(7);
        assertThat(syslog)
                .filteredOn(record -> record.line().startsWith("NVRM: Xid (PCI:0000:3a:00): 79,"))
                .singleElement()
                .satisfies(record -> assertThat(record.stream().get("node")).isEqualTo("gpu-node-3"));
        double step = pushed("ml_training_step/llama-8b-pretrain");
        advanceInto(Incident.XID_79, 50);
        assertThat(site.expose("/ranks/llama-8b-pretrain")).isEmpty();
        assertThat(logs).anyMatch(record -> record.line().contains("Watchdog caught collective operation timeout"));
        assertThat(pushed("ml_training_step/llama-8b-pretrain")).isEqualTo(step);
        advanceBehind(Incident.XID_79, 3);
        assertThat(site.expose("/ranks/llama-8b-pretrain")).isPresent();
        assertThat(value("/dcgm/gpu-node-3", "DCGM_FI_DEV_XID_ERRORS", with("gpu", "2")))
                .isZero();
        assertThat(logs)
                .filteredOn(record -> record.line().startsWith("resumed from checkpoint"))
                .hasSize(1);
    }

    @Test
    void a_chat_is_one_trace_from_gateway_to_decode_with_a_log_that_names_it() {
        advanceTo(60);
        Span root = spans.stream()
                .filter(span -> span.isRoot() && span.name().equals("POST /v1/chat/completions"))
                .findFirst()
                .orElseThrow();
        List<Span> trace = spans.stream()
                .filter(span -> span.traceId().equals(root.traceId()))
                .toList();
        assertThat(trace)
                .extracting(Span::name)
                .hasSize(6)
                .contains("llm_request", "queue", "prefill", "decode")
                .anyMatch(name -> name.startsWith("chat "));
        Span call = trace.stream()
                .filter(span -> span.kind() == Span.Kind.CLIENT)
                .findFirst()
                .orElseThrow();
        assertThat(call.attributes().text("gen_ai.operation.name")).isEqualTo("chat");
        assertThat(call.attributes().text("gen_ai.usage.output_tokens")).matches("\\d+");
        trace.forEach(span -> {
            assertThat(span.startNanos()).isGreaterThanOrEqualTo(root.startNanos());
            assertThat(span.endNanos()).isLessThanOrEqualTo(root.endNanos());
        });
        assertThat(logs)
                .filteredOn(record -> record.traceId().equals(root.traceId()))
                .singleElement()
                .satisfies(record -> assertThat(record.line()).startsWith("chat completed"));
    }

    @Test
    void nothing_happens_after_the_second_in_which_it_is_told() {
        while (site.second() < 120) {
            Emissions emissions = site.advance();
            long now = START * 1_000_000 + site.second() * 1_000_000_000;
            emissions.spans().forEach(span -> assertThat(span.endNanos()).isLessThanOrEqualTo(now + 3_000_000));
            emissions
                    .otlpLogs()
                    .values()
                    .forEach(records -> records.forEach(
                            record -> assertThat(record.timestampNanos()).isBetween(now - 2_000_000_000L, now)));
        }
    }
}
