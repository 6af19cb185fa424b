package dev.belvedere.tsdb;

import dev.belvedere.platform.disk.LocalDisk;
import dev.belvedere.platform.time.ManualTime;
import dev.belvedere.storage.metrics.MetricStore;
import dev.belvedere.testkit.metrics.MetricStoreContract;
import dev.belvedere.tsdb.options.TsdbOptions;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;

/// The engine on the machine's file system.
class LocalDiskStoreTest extends MetricStoreContract {

    @TempDir
    private Path root = Path.of("");

    private @Nullable StoreOnDisk current;

    private MetricStore start() {
        current = StoreOnDisk.open(
                new LocalDisk(),
                root,
                3,
                TsdbOptions.DEFAULT.withWindows(WINDOW_MILLIS, Long.MAX_VALUE),
                new ManualTime(START + 3_600_000));
        return current.store();
    }

    @Override
    protected MetricStore open() {
        return start();
    }

    @Override
    protected MetricStore reopen() {
        shutDown();
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
