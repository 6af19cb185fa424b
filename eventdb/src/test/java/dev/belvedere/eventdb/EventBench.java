package dev.belvedere.eventdb;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.belvedere.model.Tenant;
import dev.belvedere.model.events.AttributeValue;
import dev.belvedere.model.events.Attributes;
import dev.belvedere.model.events.LogRecord;
import dev.belvedere.model.events.Resource;
import dev.belvedere.model.events.Scope;
import dev.belvedere.model.events.Severity;
import dev.belvedere.model.events.Span;
import dev.belvedere.model.events.SpanId;
import dev.belvedere.model.events.TraceId;
import dev.belvedere.model.labels.LabelMatcher;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.platform.disk.LocalDisk;
import dev.belvedere.platform.time.ManualTime;
import dev.belvedere.storage.QueryBudget;
import dev.belvedere.storage.events.LogCursor;
import dev.belvedere.storage.events.LogRequest;
import dev.belvedere.storage.events.TraceSearch;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Measures CPU and bytes over generated events, each figure with its unit. Not a test: run its `main` with the
/// generator's `tsv` logs, its `ndjson` spans and an empty directory.
public final class EventBench {

    private static final int BATCH = 1000;
    private static final Tenant TENANT = Tenant.DEFAULT;

    private EventBench() {}

    public static void main(String[] arguments) throws IOException {
        Path directory = Path.of(arguments[2]);
        EventStoreOptions options = EventStoreOptions.DEFAULT;
        ManualTime time = new ManualTime(1_772_431_200_000L);
        try (EventStoreFixture fixture = new EventStoreFixture(new LocalDisk(), directory, options, time)) {
            List<List<LogRecord>> logs = logs(Path.of(arguments[0]));
            List<List<Span>> spans = spans(Path.of(arguments[1]));
            long logCount = logs.stream().mapToLong(List::size).sum();
            long spanCount = spans.stream().mapToLong(List::size).sum();
            // The first pass warms up under another tenant.
            for (Tenant tenant : List.of(new Tenant("warm"), TENANT)) {
                report(
                        tenant + " logs: append, records",
                        logCount,
                        () -> logs.forEach(batch -> fixture.store.logs().append(tenant, batch)));
                report(
                        tenant + " spans: append, spans",
                        spanCount,
                        () -> spans.forEach(batch -> fixture.store.traces().append(tenant, batch)));
                report(tenant + " flush, both", logCount + spanCount, fixture.store::flush);
            }
            logs.clear();
            size("before compaction", fixture, logCount, spanCount);
            report("compaction, both", logCount + spanCount, fixture::compactAll);
            size("after compaction", fixture, logCount, spanCount);
            queryLogs(fixture);
            queryTraces(fixture, spans.getFirst().getFirst().traceId());
        }
    }

    private static void size(String when, EventStoreFixture fixture, long logCount, long spanCount) {
        long logBytes = fixture.store.logs().statistics(TENANT).bytesOnDisk();
        long spanBytes = fixture.store.traces().statistics(TENANT).bytesOnDisk();
        System.out.printf(
                "%s: %.1f B/record, %.1f B/span, %d files%n",
                when,
                (double) logBytes / logCount,
                (double) spanBytes / spanCount,
                fixture.catalog.state().segments().size());
    }

    private static void queryLogs(EventStoreFixture fixture) {
        query("newest 100 of all", fixture, List.of(), LogRequest.Direction.BACKWARD, List.of(), 100);
        query("newest 100 with 'rror'", fixture, List.of(), LogRequest.Direction.BACKWARD, List.of("rror"), 100);
        query("rare phrase", fixture, List.of(), LogRequest.Direction.FORWARD, List.of("fallen off the bus"), 1 << 30);
        query(
                "count 'CUDA out of memory'",
                fixture,
                List.of(),
                LogRequest.Direction.FORWARD,
                List.of("CUDA out of memory"),
                1 << 30);
        query(
                "all of one app",
                fixture,
                List.of(LabelMatcher.equal("app", "api-gateway")),
                LogRequest.Direction.FORWARD,
                List.of(),
                1 << 30);
        query("everything", fixture, List.of(), LogRequest.Direction.FORWARD, List.of(), 1 << 30);
    }

    private static void query(
            String name,
            EventStoreFixture fixture,
            List<LabelMatcher> matchers,
            LogRequest.Direction direction,
            List<String> texts,
            int limit) {
        LogRequest request = new LogRequest(matchers, Long.MIN_VALUE, Long.MAX_VALUE, direction, texts);
        int[] count = {0};
        for (int i = 0; i < 3; i++) {
            count[0] = 0;
            report(name, 1, () -> {
                try (LogCursor cursor = fixture.store.logs().select(TENANT, request, QueryBudget.unlimited())) {
                    while (count[0] < limit && cursor.next()) {
                        count[0]++;
                    }
                }
            });
        }
        System.out.println("    -> " + count[0] + " records");
    }

    private static void queryTraces(EventStoreFixture fixture, TraceId id) {
        int[] size = {0};
        for (int i = 0; i < 4; i++) {
            report(
                    "trace by id",
                    1,
                    () -> size[0] = fixture.store
                            .traces()
                            .trace(TENANT, id, QueryBudget.unlimited())
                            .size());
        }
        System.out.println("    -> " + size[0] + " spans");
        for (int i = 0; i < 4; i++) {
            report("logs of a trace", 1, () -> fixture.store.logs().ofTrace(TENANT, id, 100, QueryBudget.unlimited()));
        }
        TraceSearch search =
                new TraceSearch("", "", Map.of("error", "true"), Long.MIN_VALUE, Long.MAX_VALUE, 0, Long.MAX_VALUE, 20);
        for (int i = 0; i < 4; i++) {
            report(
                    "20 newest traces with an error",
                    1,
                    () -> size[0] = fixture.store
                            .traces()
                            .search(TENANT, search, QueryBudget.unlimited())
                            .size());
        }
        System.out.println("    -> " + size[0] + " traces");
    }

    private static void report(String what, long units, Runnable work) {
        long before = cpuNanos();
        work.run();
        double seconds = (cpuNanos() - before) / 1e9;
        System.out.printf(
                "%-40s %9.1f ms CPU%s%n",
                what, seconds * 1000, units == 1 ? "" : ", %.0f per CPU-second".formatted(units / seconds));
    }

    private static long cpuNanos() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                .getProcessCpuTime();
    }

    private static List<List<LogRecord>> logs(Path file) throws IOException {
        List<List<LogRecord>> batches = new ArrayList<>();
        Map<String, Labels> streams = new HashMap<>();
        try (BufferedReader reader = Files.newBufferedReader(file)) {
            List<LogRecord> batch = new ArrayList<>();
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                String[] field = line.split("\t", 9);
                Labels stream = streams.computeIfAbsent(
                        field[2] + field[3],
                        key -> Labels.of(
                                "namespace",
                                field[1],
                                "app",
                                field[2],
                                "pod",
                                field[3],
                                "node",
                                field[4],
                                "container",
                                field[5]));
                Attributes.Builder attributes = Attributes.builder();
                TraceId trace = TraceId.NONE;
                for (String pair : field[7].isEmpty() ? new String[0] : field[7].split(" ")) {
                    String[] parts = pair.split("=", 2);
                    if (parts[0].equals("trace_id")) {
                        trace = TraceId.ofHex(parts[1]);
                    } else {
                        attributes.put(parts[0], parts[1]);
                    }
                }
                batch.add(new LogRecord(
                        stream,
                        Long.parseLong(field[0]),
                        0,
                        Severity.ofWord(field[6]),
                        field[8].replace("\\n", "\n"),
                        attributes.build(),
                        trace,
                        SpanId.NONE));
                if (batch.size() == BATCH) {
                    batches.add(batch);
                    batch = new ArrayList<>();
                }
            }
            batches.add(batch);
        }
        return batches;
    }

    private static List<List<Span>> spans(Path file) throws IOException {
        ObjectMapper json = new ObjectMapper();
        List<List<Span>> batches = new ArrayList<>();
        Map<String, Resource> resources = new HashMap<>();
        try (BufferedReader reader = Files.newBufferedReader(file)) {
            List<Span> batch = new ArrayList<>();
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                if (line.length() < 3) {
                    continue;
                }
                JsonNode node = json.readTree(line);
                Instant start = Instant.parse(node.get("@timestamp").asText());
                String pod = node.get("pod").asText();
                Resource resource = resources.computeIfAbsent(
                        pod,
                        key -> new Resource(Attributes.of(
                                Resource.SERVICE_NAME,
                                node.get("service").asText(),
                                "k8s.pod.name",
                                pod,
                                "k8s.node.name",
                                node.get("node").asText())));
                String parent = node.path("parent_id").asText();
                batch.add(new Span(
                        TraceId.ofHex(node.get("trace_id").asText()),
                        SpanId.ofHex(node.get("span_id").asText()),
                        parent.isEmpty() ? SpanId.NONE : SpanId.ofHex(parent),
                        "",
                        resource,
                        Scope.EMPTY,
                        node.get("name").asText(),
                        Span.Kind.valueOf(node.get("kind").asText()),
                        start.getEpochSecond() * 1_000_000_000 + start.getNano(),
                        node.get("duration_ns").asLong(),
                        attributes(node.path("attributes")),
                        List.of(),
                        List.of(),
                        node.get("status").asText().equals("ERROR") ? Span.Status.ERROR : Span.Status.OK,
                        ""));
                if (batch.size() == BATCH) {
                    batches.add(batch);
                    batch = new ArrayList<>();
                }
            }
            batches.add(batch);
        }
        return batches;
    }

    private static Attributes attributes(JsonNode node) {
        Attributes.Builder attributes = Attributes.builder();
        node.properties().forEach(entry -> {
            JsonNode value = entry.getValue();
            attributes.put(
                    entry.getKey(),
                    value.isIntegralNumber()
                            ? AttributeValue.of(value.asLong())
                            : value.isNumber()
                                    ? AttributeValue.of(value.asDouble())
                                    : value.isBoolean()
                                            ? AttributeValue.of(value.asBoolean())
                                            : AttributeValue.of(value.asText()));
        });
        return attributes.build();
    }
}
