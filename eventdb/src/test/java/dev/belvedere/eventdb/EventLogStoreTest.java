package dev.belvedere.eventdb;

import dev.belvedere.platform.disk.LocalDisk;
import dev.belvedere.platform.disk.MemoryDisk;
import dev.belvedere.storage.events.LogStore;
import dev.belvedere.testkit.events.LogStoreContract;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

/// The contract on each layer: head, segments, compacted segments, reopened from log and catalog.
final class EventLogStoreTest {

    private abstract static class Layer extends LogStoreContract {

        EventStoreFixture fixture = new EventStoreFixture(new MemoryDisk(), Path.of("/data"));

        @Override
        protected LogStore logs() {
            return fixture.store.logs();
        }

        @AfterEach
        void close() {
            fixture.close();
        }
    }

    @Nested
    final class InTheHead extends Layer {}

    @Nested
    final class Flushed extends Layer {
        @Override
        protected void afterAppend() {
            fixture.store.flush();
        }
    }

    @Nested
    final class Compacted extends Layer {
        @Override
        protected void afterAppend() {
            fixture.store.flush();
            fixture.compactAll();
        }
    }

    @Nested
    final class Reopened extends Layer {
        private int appends;

        @Override
        protected void afterAppend() {
            if (appends++ % 3 == 1) {
                fixture.store.flush();
            }
            fixture.close();
            fixture = new EventStoreFixture(fixture.disk, fixture.root);
        }
    }

    @Nested
    final class OnTheMachinesDisk extends Layer {

        @TempDir
        Path directory = Path.of("");

        private boolean isOpened;
        private int appends;

        @Override
        protected LogStore logs() {
            if (!isOpened) {
                isOpened = true;
                fixture.close();
                fixture = new EventStoreFixture(new LocalDisk(), directory);
            }
            return super.logs();
        }

        @Override
        protected void afterAppend() {
            if (appends++ % 2 == 0) {
                fixture.store.flush();
            }
            fixture.close();
            fixture = new EventStoreFixture(fixture.disk, fixture.root);
        }
    }
}
