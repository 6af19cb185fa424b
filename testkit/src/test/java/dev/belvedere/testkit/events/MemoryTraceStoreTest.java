package dev.belvedere.testkit.events;

import dev.belvedere.storage.events.TraceStore;
import dev.belvedere.storage.memory.MemoryTraceStore;

final class MemoryTraceStoreTest extends TraceStoreContract {

    private final TraceStore store = new MemoryTraceStore();

    @Override
    protected TraceStore traces() {
        return store;
    }
}
