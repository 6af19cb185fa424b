package dev.belvedere.testkit.events;

import dev.belvedere.storage.events.LogStore;
import dev.belvedere.storage.memory.MemoryLogStore;

final class MemoryLogStoreTest extends LogStoreContract {

    private final LogStore store = new MemoryLogStore();

    @Override
    protected LogStore logs() {
        return store;
    }
}
