package dev.belvedere.platform.catalog;

import dev.belvedere.model.Tenant;
import dev.belvedere.platform.catalog.CatalogEdit.Checkpoint;
import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The bytes of an edit, as docs/format/catalog.md draws them.
final class CatalogCodec {

    /// An edit that holds more than this of anything is not ours.
    private static final int MAX_COUNT = 50_000_000;

    private CatalogCodec() {}

    static ByteBuffer encode(CatalogEdit edit) {
        Writer out = new Writer();
        out.varint(edit.removedKeys().size());
        edit.removedKeys().forEach(out::string);
        out.varint(edit.added().size());
        edit.added().forEach(segment -> encode(segment, out));
        out.varint(edit.checkpoints().size());
        for (Checkpoint checkpoint : edit.checkpoints()) {
            out.string(checkpoint.topic());
            out.varint(checkpoint.partition());
            out.varint(checkpoint.offset());
        }
        return ByteBuffer.wrap(out.bytes.toByteArray());
    }

    private static void encode(SegmentRecord segment, Writer out) {
        out.string(segment.key());
        out.string(segment.topic());
        out.varint(segment.partition());
        out.string(segment.tenant().name());
        out.string(segment.kind());
        out.varint(segment.level());
        out.zigzag(segment.minMillis());
        out.zigzag(segment.maxMillis());
        out.varint(segment.startOffset());
        out.varint(segment.endOffset());
        out.varint(segment.sizeBytes());
        out.varint(segment.properties().size());
        new TreeMap<>(segment.properties()).forEach((key, value) -> {
            out.string(key);
            out.string(value);
        });
    }

    /// @throws IllegalArgumentException for bytes that are no edit
    static CatalogEdit decode(ByteBuffer bytes) {
        Reader in = new Reader(bytes);
        try {
            List<String> removed = new ArrayList<>();
            for (int i = in.count(); i > 0; i--) {
                removed.add(in.string());
            }
            List<SegmentRecord> added = new ArrayList<>();
            for (int i = in.count(); i > 0; i--) {
                added.add(decodeSegment(in));
            }
            List<Checkpoint> checkpoints = new ArrayList<>();
            for (int i = in.count(); i > 0; i--) {
                checkpoints.add(new Checkpoint(in.string(), in.count(), in.varint()));
            }
            return new CatalogEdit(removed, added, checkpoints);
        } catch (BufferUnderflowException e) {
            throw new IllegalArgumentException("catalog edit ends early", e);
        }
    }

    private static SegmentRecord decodeSegment(Reader in) {
        String key = in.string();
        String topic = in.string();
        int partition = in.count();
        Tenant tenant = new Tenant(in.string());
        String kind = in.string();
        int level = in.count();
        long minMillis = in.zigzag();
        long maxMillis = in.zigzag();
        long startOffset = in.varint();
        long endOffset = in.varint();
        long sizeBytes = in.varint();
        Map<String, String> properties = new TreeMap<>();
        for (int i = in.count(); i > 0; i--) {
            properties.put(in.string(), in.string());
        }
        return new SegmentRecord(
                key,
                topic,
                partition,
                tenant,
                kind,
                level,
                minMillis,
                maxMillis,
                startOffset,
                endOffset,
                sizeBytes,
                properties);
    }

    private static final class Writer {

        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        void varint(long value) {
            long rest = value;
            while ((rest & ~0x7FL) != 0) {
                bytes.write((int) (rest & 0x7F | 0x80));
                rest >>>= 7;
            }
            bytes.write((int) rest);
        }

        void zigzag(long value) {
            varint(value << 1 ^ value >> 63);
        }

        void string(String value) {
            byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
            varint(utf8.length);
            bytes.writeBytes(utf8);
        }
    }

    private record Reader(ByteBuffer bytes) {

        long varint() {
            long value = 0;
            for (int shift = 0; shift < 64; shift += 7) {
                byte b = bytes.get();
                value |= (long) (b & 0x7F) << shift;
                if (b >= 0) {
                    return value;
                }
            }
            throw new IllegalArgumentException("varint of more than 10 bytes in the catalog");
        }

        long zigzag() {
            long value = varint();
            return value >>> 1 ^ -(value & 1);
        }

        int count() {
            long value = varint();
            if (value < 0 || value > MAX_COUNT) {
                throw new IllegalArgumentException("impossible count " + value + " in the catalog");
            }
            return (int) value;
        }

        String string() {
            int length = count();
            if (length > bytes.remaining()) {
                throw new IllegalArgumentException("string of " + length + " bytes runs beyond the catalog edit");
            }
            byte[] utf8 = new byte[length];
            bytes.get(utf8);
            return new String(utf8, StandardCharsets.UTF_8);
        }
    }
}
