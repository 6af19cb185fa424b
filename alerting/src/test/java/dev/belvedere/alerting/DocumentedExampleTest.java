package dev.belvedere.alerting;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belvedere.alerting.notify.AlertDispatcher;
import dev.belvedere.alerting.notify.AlertmanagerConfig;
import dev.belvedere.alerting.notify.AlertmanagerConfigReader;
import dev.belvedere.alerting.notify.NotificationLog;
import dev.belvedere.alerting.notify.NotificationPorts;
import dev.belvedere.alerting.rules.PromqlRules;
import dev.belvedere.alerting.rules.RuleEngine;
import dev.belvedere.alerting.rules.RuleFiles;
import dev.belvedere.alerting.rules.RulePorts;
import dev.belvedere.alerting.rules.RuleSettings;
import dev.belvedere.model.Tenant;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.platform.disk.LocalDisk;
import dev.belvedere.platform.disk.MemoryDisk;
import dev.belvedere.platform.http.MemoryTransport;
import dev.belvedere.platform.metrics.MetricRegistry;
import dev.belvedere.platform.time.ManualTime;
import dev.belvedere.promql.engine.PromqlEngine;
import dev.belvedere.promql.evaluation.PromqlOptions;
import dev.belvedere.storage.QueryMemory;
import dev.belvedere.storage.memory.MemoryMetricStore;
import dev.belvedere.storage.metrics.AppendOptions;
import dev.belvedere.storage.metrics.MetricAppender;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;

/// Runs the example of docs/alerting.md as it stands there: rules over real queries, notifications to a webhook.
class DocumentedExampleTest {

    private static final long START = 1_700_000_000_000L;
    private static final String URL = "http://127.0.0.1:9090";

    private final ManualTime time = new ManualTime(START);
    private final MemoryMetricStore store = new MemoryMetricStore();
    private final MetricRegistry metrics = new MetricRegistry();
    private final MemoryDisk disk = new MemoryDisk();

    private static String document() throws IOException {
        Path path = Path.of(System.getProperty("belvedere.root", ".."), "docs", "alerting.md");
        return new String(new LocalDisk().readAll(path, 1 << 20), StandardCharsets.UTF_8);
    }

    /// The block that begins with `start`, up to the end of its fence.
    private static String block(String document, String start) {
        int from = document.indexOf(start);
        return document.substring(from, document.indexOf("\n```", from));
    }

    private void writeTemperature() {
        try (MetricAppender appender = store.appender(Tenant.DEFAULT, AppendOptions.ACKNOWLEDGED)) {
            long ref = appender.series(Labels.of("__name__", "DCGM_FI_DEV_GPU_TEMP", "node", "n1.rack", "gpu", "0"));
            appender.append(ref, time.currentMillis(), MetricAppender.NO_START, 91);
            appender.commit();
        }
    }

    @Test
    void the_example_posts_the_message_that_the_page_shows() throws IOException, InterruptedException {
        String document = document();
        BlockingQueue<String> bodies = new LinkedBlockingQueue<>();
        MemoryTransport transport = new MemoryTransport().on("http://127.0.0.1:8080", request -> {
            bodies.add(new String(request.body(), StandardCharsets.UTF_8));
            return MemoryTransport.answer(200, "text/plain", "");
        });
        AlertmanagerConfig config = new AlertmanagerConfigReader(disk, Path.of("/"))
                .read("alertmanager.yml", block(document, "# alertmanager.yml"));
        NotificationPorts ports = new NotificationPorts(
                new NotificationLog(disk, Path.of("/data")),
                transport,
                disk,
                time,
                metrics,
                NotificationPorts.Limits.DEFAULT);
        PromqlRules language = PromqlRules.over(new PromqlEngine(PromqlOptions.DEFAULT), store, Tenant.DEFAULT);
        RuleFiles.Outcome rules = new RuleFiles(Map.of("promql", language))
                .parse("rules.yml", block(document, "# rules.yml"))
                .orThrow();
        RuleSettings defaults = RuleSettings.DEFAULT;
        RuleSettings settings = new RuleSettings(
                defaults.defaultIntervalMillis(),
                0,
                Labels.EMPTY,
                URL,
                defaults.resendDelayMillis(),
                defaults.forGracePeriodMillis(),
                defaults.outageToleranceMillis(),
                defaults.limits());
        try (AlertDispatcher dispatcher = new AlertDispatcher(ports, config, URL);
                RuleEngine engine = new RuleEngine(
                        new RulePorts(
                                store, Tenant.DEFAULT, language, QueryMemory.unlimited(), dispatcher, time, metrics),
                        1)) {
            engine.update(rules.files(), settings);
            while (bodies.isEmpty()) {
                writeTemperature();
                time.awaitSleepers(() -> 2 + engine.evaluating() + dispatcher.flushing());
                time.advance(Duration.ofMillis(500));
            }
        }
        String shown = block(document, "{\"receiver\":\"on-call\"");
        // The moment depends on where the group's slots lie.
        String times = "\"startsAt\":\"[^\"]*\"";
        assertThat(bodies.element().strip().replaceAll(times, "")).isEqualTo(shown.replaceAll(times, ""));
    }
}
