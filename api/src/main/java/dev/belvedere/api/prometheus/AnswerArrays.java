package dev.belvedere.api.prometheus;

import dev.belvedere.api.http.Call;
import dev.belvedere.api.http.KeptMemory;
import dev.belvedere.api.json.JsonWriter;
import java.util.concurrent.ArrayBlockingQueue;
import org.jspecify.annotations.Nullable;

/// Arrays that long answers were written into, kept for others: a new one has to be cleared, lies in no cache of the
/// processor, and brings the next collection nearer.
///
/// An array is its call's until the answer was sent. Safe from any thread; nobody waits.
final class AnswerArrays implements KeptMemory {

    /// Shorter ones cost little.
    static final int MIN_BYTES = 32 << 10;

    static final int MAX_BYTES = 2 << 20;

    private static final int PLACES = 1;

    private final ArrayBlockingQueue<byte[]> idle = new ArrayBlockingQueue<>(PLACES);

    /// One was wanted since [#giveBackUnused] came by.
    private volatile boolean wasUsed;

    /// A writer that has room for so many bytes.
    ///
    /// @param call tells when the answer was sent
    JsonWriter writer(Call.Cancellation call, int bytes) {
        if (bytes < MIN_BYTES || bytes > MAX_BYTES) {
            return new JsonWriter(bytes);
        }
        wasUsed = true;
        byte @Nullable [] kept = idle.poll();
        JsonWriter json = new JsonWriter(kept == null || kept.length < bytes ? new byte[bytes] : kept);
        call.onEnd(() -> keep(json.array()));
        return json;
    }

    private void keep(byte[] array) {
        if (array.length <= MAX_BYTES) {
            idle.offer(array);
        }
    }

    long keptBytes() {
        return idle.stream().mapToLong(array -> array.length).sum();
    }

    @Override
    public void giveBackUnused() {
        if (!wasUsed) {
            idle.clear();
        }
        wasUsed = false;
    }
}
