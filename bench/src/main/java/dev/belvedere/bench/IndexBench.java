package dev.belvedere.bench;

import dev.belvedere.model.labels.LabelMatcher;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.tsdb.index.Selector;
import dev.belvedere.tsdb.index.SeriesIndex;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/// Finding series: hosts of 1,000 series each, 100 metrics of 10 local label sets.
@State(Scope.Benchmark)
public class IndexBench {

    private static final int PER_HOST = 1000;
    private static final int PER_METRIC = 10;

    @Param({"50000", "1000000"})
    public int series = 50_000;

    private SeriesIndex index = new SeriesIndex();

    @Setup
    public void fill() {
        index = new SeriesIndex();
        for (int host = 0; host < series / PER_HOST; host++) {
            for (int i = 0; i < PER_HOST; i++) {
                index.intern(Labels.of(
                        "__name__",
                        "metric_" + i / PER_METRIC,
                        "job",
                        "node",
                        "instance",
                        "host-" + host + ":9100",
                        "device",
                        "dev-" + i % PER_METRIC));
            }
        }
    }

    private long found(LabelMatcher... matchers) {
        long found = 0;
        for (Selector.Selected selected : new Selector(index, List.of(matchers)).select()) {
            found += selected.series().size();
        }
        return found;
    }

    @Benchmark
    @Limit(nanos = 10, per = "series found", by = "one read of memory that is not in the cache")
    public long by_name(CpuTime cpu) {
        long began = CpuTime.begin();
        long found = found(LabelMatcher.of(LabelMatcher.Type.EQUAL, "__name__", "metric_7"));
        cpu.end(began, found);
        return found;
    }

    @Benchmark
    @Limit(nanos = 10, per = "series found", by = "one read of memory that is not in the cache")
    public long by_regex_of_instance(CpuTime cpu) {
        long began = CpuTime.begin();
        long found = found(
                LabelMatcher.of(LabelMatcher.Type.EQUAL, "__name__", "metric_7"),
                LabelMatcher.of(LabelMatcher.Type.REGEX, "instance", "host-.*1:9100"));
        cpu.end(began, found);
        return found;
    }

    @Benchmark
    @Limit(nanos = 10, per = "series found", by = "one read of memory that is not in the cache")
    public long by_regex_of_name(CpuTime cpu) {
        long began = CpuTime.begin();
        long found = found(LabelMatcher.of(LabelMatcher.Type.REGEX, "__name__", "metric_[1-3].*"));
        cpu.end(began, found);
        return found;
    }
}
