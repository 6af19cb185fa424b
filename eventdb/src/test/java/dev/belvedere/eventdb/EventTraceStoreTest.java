package dev.belvedere.eventdb;

import dev.belvedere.storage.events.TraceStore;
import dev.belvedere.testkit.events.TraceStoreContract;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

/// The contract on each layer: head, segments, compacted segments, reopened from log and catalog.
final class EventTraceStoreTest {

    private abstract static class Layer extends TraceStoreContract {

        private final StoreLayer layer;

        Layer(StoreLayer layer) {
            this.layer = layer;
        }

        @Override
        protected TraceStore traces() {
            return layer.store().traces();
        }

        @Override
        protected void afterAppend() {
            layer.afterAppend();
        }

        @AfterEach
        void close() {
            layer.close();
        }
    }

    @Nested
    final class InTheHead extends Layer {
        InTheHead() {
            super(StoreLayer.head());
        }
    }

    @Nested
    final class Flushed extends Layer {
        Flushed() {
            super(StoreLayer.flushed());
        }
    }

    @Nested
    final class Compacted extends Layer {
        Compacted() {
            super(StoreLayer.compacted());
        }
    }

    @Nested
    final class Reopened extends Layer {
        Reopened() {
            super(StoreLayer.reopened());
        }
    }

    @Nested
    final class OnTheMachinesDisk extends Layer {
        OnTheMachinesDisk(@TempDir Path directory) {
            super(StoreLayer.onTheMachinesDisk(directory));
        }
    }
}
