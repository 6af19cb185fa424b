package dev.belvedere.server.data;

import com.sun.management.ThreadMXBean;
import dev.belvedere.model.Tenant;
import dev.belvedere.model.TimeRange;
import dev.belvedere.platform.catalog.LocalCatalog;
import dev.belvedere.platform.disk.LocalDisk;
import dev.belvedere.platform.log.LocalIngestLog;
import dev.belvedere.platform.metrics.MetricRegistry;
import dev.belvedere.platform.segment.LocalSegmentStore;
import dev.belvedere.platform.time.SystemTime;
import dev.belvedere.promql.engine.PromqlEngine;
import dev.belvedere.promql.engine.QueryRequest;
import dev.belvedere.promql.evaluation.PromqlOptions;
import dev.belvedere.promql.plan.Plan;
import dev.belvedere.promql.plan.Steps;
import dev.belvedere.promql.syntax.Parser;
import dev.belvedere.storage.QueryBudget;
import dev.belvedere.storage.metrics.MetricQuerier;
import dev.belvedere.tsdb.TsdbStore;
import dev.belvedere.tsdb.options.TsdbEnvironment;
import dev.belvedere.tsdb.options.TsdbOptions;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/// Measures what the metrics bench's queries cost the thread that works for them, without HTTP and compilers. Not a
/// test: run it by hand on the data directory that a server was fed with the bench's `main`.
///
/// With `-Dcold=true` the processor's caches are filled with something else before each query, which is nearer to
/// what a server measures that was not asked for a while; with `-Dflush=true` all samples are in compacted blocks.
///
/// Arguments: the data directory, the bench's `queries.json`, how many seconds of CPU to give each query, and
/// beginnings of the ids of those wanted.
public final class QueryBench {

    private static final long END = 1_790_000_000_000L;
    private static final int COLD_BYTES = 32 << 20;
    private static final long TWENTY_YEARS = 20L * 365 * 86_400_000;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final PromqlEngine engine = new PromqlEngine(PromqlOptions.DEFAULT);
    private final TsdbStore store;
    private final double seconds;
    private final long[] other = new long[Boolean.getBoolean("cold") ? COLD_BYTES / Long.BYTES : 0];

    private QueryBench(TsdbStore store, double seconds) {
        this.store = store;
        this.seconds = seconds;
    }

    public static void main(String[] arguments) throws IOException {
        Path data = Path.of(arguments[0]);
        SystemTime time = new SystemTime();
        LocalDisk disk = new LocalDisk();
        LocalIngestLog.Options options = new LocalIngestLog.Options(LocalIngestLog.Options.DEFAULT.fileBytes(), 0);
        try (LocalIngestLog log =
                        new LocalIngestLog(disk, data.resolve("wal").resolve(TsdbEnvironment.TOPIC), 2, options, time);
                LocalCatalog catalog = new LocalCatalog(disk, data.resolve("catalog"));
                TsdbStore store = TsdbStore.open(
                        TsdbOptions.DEFAULT.withRetention(TWENTY_YEARS, Long.MAX_VALUE),
                        new TsdbEnvironment(
                                log,
                                catalog,
                                new LocalSegmentStore(disk, data.resolve("segments")),
                                time,
                                new MetricRegistry()))) {
            QueryBench bench = new QueryBench(store, Double.parseDouble(arguments[2]));
            if (Boolean.getBoolean("flush")) {
                store.flush();
            }
            for (Query query : queries(Path.of(arguments[1]))) {
                boolean isWanted = arguments.length == 3
                        || Arrays.stream(arguments).skip(3).anyMatch(query.id::startsWith);
                if (isWanted) {
                    bench.measure(query);
                }
            }
        }
    }

    /// @param rangeSeconds 0 for an instant query
    private record Query(String id, String text, String path, long rangeSeconds, long stepSeconds) {}

    private static List<Query> queries(Path file) throws IOException {
        List<Query> queries = new ArrayList<>();
        Object root = new Load(LoadSettings.builder().build()).loadFromString(Files.readString(file));
        List<?> all = root instanceof Map<?, ?> map && map.get("queries") instanceof List<?> list ? list : List.of();
        for (Object each : all) {
            Map<?, ?> map = (Map<?, ?>) each;
            List<?> range = map.get("range") instanceof List<?> list ? list : List.of(0, 0);
            queries.add(new Query(
                    String.valueOf(map.get("id")),
                    String.valueOf(map.get("q")),
                    String.valueOf(map.get("path")),
                    ((Number) range.get(0)).longValue(),
                    ((Number) range.get(1)).longValue()));
        }
        return queries;
    }

    private void measure(Query query) {
        Supplier<Object> work = work(query);
        List<Long> nanos = new ArrayList<>();
        long allocated = 0;
        long begin = threads.getCurrentThreadCpuTime();
        while (threads.getCurrentThreadCpuTime() - begin < seconds * 1e9 || nanos.size() < 5) {
            disturb();
            long bytes = threads.getCurrentThreadAllocatedBytes();
            long start = threads.getCurrentThreadCpuTime();
            Objects.requireNonNull(work.get());
            nanos.add(threads.getCurrentThreadCpuTime() - start);
            allocated = threads.getCurrentThreadAllocatedBytes() - bytes;
        }
        List<Long> last = new ArrayList<>(nanos.subList(nanos.size() / 2, nanos.size()));
        last.sort(Long::compare);
        System.out.println(String.format(
                Locale.ROOT,
                "%-20s first %9.3f ms, median %8.3f, least %8.3f, %6d runs, %8d KiB",
                query.id,
                nanos.getFirst() / 1e6,
                last.get(last.size() / 2) / 1e6,
                last.getFirst() / 1e6,
                nanos.size(),
                allocated >> 10));
    }

    private void disturb() {
        for (int i = 0; i < other.length; i += Long.BYTES) {
            other[i]++;
        }
    }

    private Supplier<Object> work(Query query) {
        TimeRange twoHours = new TimeRange(END - 7_200_000, END);
        return switch (query.id) {
            case "m01_label_names" -> () -> ask(querier -> querier.labelNames(List.of(), twoHours, 0));
            case "m02_metric_names" -> () -> ask(querier -> querier.labelValues("__name__", List.of(), twoHours, 0));
            case "m03_series_match" ->
                () -> ask(querier -> querier.series(Parser.parseSelector("DCGM_FI_DEV_GPU_TEMP"), twoHours, 0));
            default -> {
                Plan plan = engine.plan(query.text);
                yield () -> evaluate(query, plan);
            }
        };
    }

    private interface Question {
        Object of(MetricQuerier querier);
    }

    private Object ask(Question question) {
        try (MetricQuerier querier = store.querier(Tenant.DEFAULT, budget())) {
            return question.of(querier);
        }
    }

    private static QueryBudget budget() {
        return new QueryBudget(QueryBudget.Limits.DEFAULT, System::nanoTime);
    }

    /// As the server evaluates a query whose plan it knows.
    private Object evaluate(Query query, Plan plan) {
        Steps steps = query.rangeSeconds == 0
                ? Steps.instant(END)
                : new Steps(END - query.rangeSeconds * 1000, END, query.stepSeconds * 1000);
        return engine.evaluate(new QueryRequest(store, Tenant.DEFAULT, plan, steps, budget()));
    }
}
