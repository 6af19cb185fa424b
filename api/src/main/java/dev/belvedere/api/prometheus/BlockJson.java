package dev.belvedere.api.prometheus;

import dev.belvedere.api.json.JsonWriter;
import dev.belvedere.storage.metrics.MetricAdmin.StoredBlock;
import dev.belvedere.wire.block.BlockId;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/// A block as Prometheus describes its own.
final class BlockJson {

    private BlockJson() {}

    static void write(JsonWriter json, StoredBlock block) {
        String id = id(block);
        json.beginObject().name("ulid").value(id);
        json.name("minTime").value(block.minMillis()).name("maxTime").value(block.maxMillis() + 1);
        json.name("stats").beginObject();
        json.name("numSeries").value(block.seriesCount()).name("numChunks").value(block.chunkCount());
        json.endObject().name("compaction").beginObject();
        json.name("level").value(block.level() + 1);
        json.name("sources").beginArray().value(id).endArray().endObject();
        json.name("version").value(1).endObject();
    }

    /// The same block has the same id whenever it is told.
    private static String id(StoredBlock block) {
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-256").digest(block.key().getBytes(StandardCharsets.UTF_8));
            return BlockId.of(block.createdMillis(), Arrays.copyOf(hash, 10));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
