package dev.belvedere.eventdb;

import dev.belvedere.platform.disk.LocalDisk;
import dev.belvedere.platform.disk.MemoryDisk;
import java.nio.file.Path;

/// A store whose rows are, after each append, in one layer of it: what the contracts of both signals run on.
final class StoreLayer implements AutoCloseable {

    /// What happens after an append, given how many there were before.
    private interface Step {
        void run(StoreLayer layer, int appends);
    }

    private final Step step;
    private EventStoreFixture fixture;
    private int appends;

    private StoreLayer(EventStoreFixture fixture, Step step) {
        this.fixture = fixture;
        this.step = step;
    }

    private static EventStoreFixture inMemory() {
        return new EventStoreFixture(new MemoryDisk(), Path.of("/data"));
    }

    static StoreLayer head() {
        return new StoreLayer(inMemory(), (layer, appends) -> {});
    }

    static StoreLayer flushed() {
        return new StoreLayer(inMemory(), (layer, appends) -> layer.store().flush());
    }

    static StoreLayer compacted() {
        return new StoreLayer(inMemory(), (layer, appends) -> {
            layer.store().flush();
            layer.fixture.compactAll();
        });
    }

    /// Some rows come back from the log, some from segments.
    static StoreLayer reopened() {
        return new StoreLayer(inMemory(), (layer, appends) -> layer.reopen(3, 1, appends));
    }

    static StoreLayer onTheMachinesDisk(Path directory) {
        EventStoreFixture fixture = new EventStoreFixture(new LocalDisk(), directory);
        return new StoreLayer(fixture, (layer, appends) -> layer.reopen(2, 0, appends));
    }

    EventStore store() {
        return fixture.store;
    }

    void afterAppend() {
        step.run(this, appends++);
    }

    @Override
    public void close() {
        fixture.close();
    }

    private void reopen(int flushEvery, int phase, int appends) {
        if (appends % flushEvery == phase) {
            store().flush();
        }
        fixture.close();
        fixture = new EventStoreFixture(fixture.disk, fixture.root);
    }
}
