package dev.belvedere.wire.block;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.belvedere.wire.WireFormatException;
import dev.belvedere.wire.json.JsonBodies;
import java.io.IOException;

/// What a block's `meta.json` says.
///
/// @param id a ULID, which is also the name of the block's directory
/// @param minMillis the earliest time within, inclusive
/// @param maxMillis the latest time within, exclusive
public record BlockMeta(String id, long minMillis, long maxMillis, Counts counts, int level) {

    public static final String FILE = "meta.json";

    private static final int VERSION = 1;

    /// How much there is in a block.
    public record Counts(long floatSamples, long histogramSamples, long series, long chunks) {

        long samples() {
            return floatSamples + histogramSamples;
        }
    }

    /// @param file what messages call it
    /// @throws BlockFormatException if it does not describe a block
    public static BlockMeta parse(String file, byte[] json) {
        Fields fields = new Fields();
        try {
            JsonBodies.read(json, json.length, fields::read);
        } catch (WireFormatException e) {
            throw new BlockFormatException(file, e.offset(), e.getMessage());
        }
        if (fields.version != VERSION) {
            throw new BlockFormatException(
                    file, 0, "blocks of version " + fields.version + " are not read here, only " + VERSION);
        }
        if (fields.maxMillis < fields.minMillis) {
            throw new BlockFormatException(
                    file, 0, "its maxTime " + fields.maxMillis + " lies before its minTime " + fields.minMillis);
        }
        Counts counts = new Counts(fields.samples, 0, fields.series, fields.chunks);
        return new BlockMeta(fields.id, fields.minMillis, fields.maxMillis, counts, 1);
    }

    /// What is read of the file; the rest of it is for whoever compacts.
    private static final class Fields {
        private String id = "";
        private long minMillis;
        private long maxMillis;
        private long version;
        private long samples;
        private long series;
        private long chunks;

        void read(JsonParser json) throws IOException {
            JsonBodies.expect(json, JsonToken.START_OBJECT, "the description of a block");
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String name = json.currentName();
                json.nextToken();
                switch (name) {
                    case "ulid" -> id = json.getText();
                    case "minTime" -> minMillis = number(json, name);
                    case "maxTime" -> maxMillis = number(json, name);
                    case "version" -> version = number(json, name);
                    case "stats" -> readStats(json);
                    default -> json.skipChildren();
                }
            }
        }

        private void readStats(JsonParser json) throws IOException {
            JsonBodies.expect(json, JsonToken.START_OBJECT, "stats");
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String name = json.currentName();
                json.nextToken();
                switch (name) {
                    case "numSamples" -> samples = number(json, name);
                    case "numSeries" -> series = number(json, name);
                    case "numChunks" -> chunks = number(json, name);
                    default -> json.skipChildren();
                }
            }
        }

        private static long number(JsonParser json, String name) throws IOException {
            JsonBodies.expect(json, JsonToken.VALUE_NUMBER_INT, name);
            return json.getLongValue();
        }
    }

    public String toJson() {
        StringBuilder json = new StringBuilder("{\n");
        json.append("\t\"ulid\": \"").append(id).append("\",\n");
        json.append("\t\"minTime\": ").append(minMillis).append(",\n");
        json.append("\t\"maxTime\": ").append(maxMillis).append(",\n");
        json.append("\t\"stats\": {\n\t\t\"numSamples\": ").append(counts.samples());
        json.append(",\n\t\t\"numFloatSamples\": ").append(counts.floatSamples());
        json.append(",\n\t\t\"numHistogramSamples\": ").append(counts.histogramSamples());
        json.append(",\n\t\t\"numSeries\": ").append(counts.series());
        json.append(",\n\t\t\"numChunks\": ").append(counts.chunks()).append("\n\t},\n");
        json.append("\t\"compaction\": {\n\t\t\"level\": ").append(level);
        json.append(",\n\t\t\"sources\": [\n\t\t\t\"").append(id).append("\"\n\t\t]\n\t},\n");
        return json.append("\t\"version\": ").append(VERSION).append("\n}").toString();
    }
}
