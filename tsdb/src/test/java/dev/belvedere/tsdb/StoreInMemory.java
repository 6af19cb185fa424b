package dev.belvedere.tsdb;

import dev.belvedere.model.Tenant;
import dev.belvedere.model.labels.LabelMatcher;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.platform.disk.MemoryDisk;
import dev.belvedere.platform.time.ManualTime;
import dev.belvedere.storage.metrics.AppendOptions;
import dev.belvedere.storage.metrics.AppendOutcome;
import dev.belvedere.storage.metrics.MetricAppender;
import dev.belvedere.testkit.metrics.SampleReader;
import dev.belvedere.testkit.metrics.SampleReader.Read;
import dev.belvedere.tsdb.options.TsdbOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// A store of one test, on a disk in memory and at a time that the test moves. It may be opened again, also with other
/// options, and is closed behind the test.
public final class StoreInMemory implements AfterEachCallback {

    /// Matches every series.
    public static final List<LabelMatcher> EVERYTHING =
            List.of(LabelMatcher.of(LabelMatcher.Type.REGEX, "__name__", ".+"));

    private final MemoryDisk disk = new MemoryDisk();
    private final ManualTime time;
    private @Nullable StoreOnDisk current;

    /// @param time of the store
    public StoreInMemory(ManualTime time) {
        this.time = time;
    }

    /// Opens the store, and closes it before where it is open.
    public StoreOnDisk open(TsdbOptions options) {
        close();
        StoreOnDisk opened = StoreOnDisk.open(disk, Path.of("/data"), 2, options, time);
        current = opened;
        return opened;
    }

    private void close() {
        if (current != null) {
            current.close();
            current = null;
        }
    }

    @Override
    public void afterEach(ExtensionContext context) {
        close();
    }

    /// Appends one sample.
    public static AppendOutcome append(TsdbStore store, Labels labels, long timestampMillis, double value) {
        try (MetricAppender appender = store.appender(Tenant.DEFAULT, AppendOptions.ACKNOWLEDGED)) {
            appender.append(appender.series(labels), timestampMillis, MetricAppender.NO_START, value);
            return appender.commit();
        }
    }

    /// All samples of all series.
    public static TreeMap<Labels, TreeMap<Long, Read>> read(TsdbStore store) {
        return SampleReader.read(store, Tenant.DEFAULT, EVERYTHING, Long.MIN_VALUE, Long.MAX_VALUE);
    }
}
