package dev.belvedere.tsdb;

import dev.belvedere.platform.disk.MemoryDisk;
import dev.belvedere.platform.time.ManualTime;
import dev.belvedere.storage.metrics.MetricStore;
import dev.belvedere.testkit.metrics.MetricStoreContract;
import dev.belvedere.tsdb.options.TsdbOptions;
import java.nio.file.Path;
import java.util.Objects;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/// The engine on a disk that loses at each restart whatever was not synced.
class MemoryDiskStoreTest extends MetricStoreContract {

    private final SplittableRandom random = new SplittableRandom(SEED);
    private MemoryDisk disk = new MemoryDisk();
    private @Nullable StoreOnDisk current;

    private MetricStore start() {
        current = StoreOnDisk.open(
                disk,
                Path.of("/data"),
                2,
                TsdbOptions.DEFAULT.withWindows(WINDOW_MILLIS, Long.MAX_VALUE).withBlockSpan(7_200_000),
                new ManualTime(START + 3_600_000));
        return current.store();
    }

    @Override
    protected MetricStore open() {
        return start();
    }

    @Override
    protected MetricStore reopen() {
        disk = disk.crash(random);
        return start();
    }

    @Override
    protected void settle() {
        Objects.requireNonNull(current).store().flush();
    }

    @Override
    protected void shutDown() {
        Objects.requireNonNull(current).close();
    }
}
