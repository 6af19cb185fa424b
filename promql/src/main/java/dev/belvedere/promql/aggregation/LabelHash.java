package dev.belvedere.promql.aggregation;

import dev.belvedere.model.labels.Labels;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/// The hash of a label set that Prometheus computes: XXH64 over its names and values, each after its
/// length. Sampling by it must choose the same series everywhere.
final class LabelHash {

    private static final long PRIME1 = 0x9E3779B185EBCA87L;
    private static final long PRIME2 = 0xC2B2AE3D27D4EB4FL;
    private static final long PRIME3 = 0x165667B19E3779F9L;
    private static final long PRIME4 = 0x85EBCA77C2B2AE63L;
    private static final long PRIME5 = 0x27D4EB2F165667C5L;
    private static final double TWO_POW_64 = 18446744073709551616.0;

    private LabelHash() {}

    /// The hash as a number from 0 to 1.
    static double unitInterval(Labels labels) {
        long hash = hash(labels);
        double unsigned = (hash >>> 1) * 2.0 + (hash & 1);
        return unsigned / TWO_POW_64;
    }

    static long hash(Labels labels) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        labels.forEach((name, value) -> {
            append(bytes, name);
            append(bytes, value);
        });
        return xxh64(bytes.toByteArray());
    }

    /// A length below 255 is one byte; a longer one is 255 and three bytes, lowest first.
    private static void append(ByteArrayOutputStream bytes, String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        if (utf8.length < 255) {
            bytes.write(utf8.length);
        } else {
            bytes.write(255);
            bytes.write(utf8.length);
            bytes.write(utf8.length >> 8);
            bytes.write(utf8.length >> 16);
        }
        bytes.writeBytes(utf8);
    }

    private static long xxh64(byte[] data) {
        int at = 0;
        long hash;
        if (data.length >= 32) {
            long v1 = Long.sum(PRIME1, PRIME2);
            long v2 = PRIME2;
            long v3 = 0;
            long v4 = -PRIME1;
            for (; at <= data.length - 32; at += 32) {
                v1 = round(v1, longAt(data, at));
                v2 = round(v2, longAt(data, at + 8));
                v3 = round(v3, longAt(data, at + 16));
                v4 = round(v4, longAt(data, at + 24));
            }
            hash = Long.rotateLeft(v1, 1) + Long.rotateLeft(v2, 7) + Long.rotateLeft(v3, 12) + Long.rotateLeft(v4, 18);
            hash = merge(merge(merge(merge(hash, v1), v2), v3), v4);
        } else {
            hash = PRIME5;
        }
        hash += data.length;
        for (; at <= data.length - 8; at += 8) {
            hash = Long.rotateLeft(hash ^ round(0, longAt(data, at)), 27) * PRIME1 + PRIME4;
        }
        if (at <= data.length - 4) {
            hash = Long.rotateLeft(hash ^ intAt(data, at) * PRIME1, 23) * PRIME2 + PRIME3;
            at += 4;
        }
        for (; at < data.length; at++) {
            hash = Long.rotateLeft(hash ^ (data[at] & 0xFF) * PRIME5, 11) * PRIME1;
        }
        hash = (hash ^ hash >>> 33) * PRIME2;
        hash = (hash ^ hash >>> 29) * PRIME3;
        return hash ^ hash >>> 32;
    }

    private static long round(long accumulator, long input) {
        return Long.rotateLeft(accumulator + input * PRIME2, 31) * PRIME1;
    }

    private static long merge(long hash, long value) {
        return (hash ^ round(0, value)) * PRIME1 + PRIME4;
    }

    private static long longAt(byte[] data, int at) {
        return intAt(data, at) | intAt(data, at + 4) << 32;
    }

    private static long intAt(byte[] data, int at) {
        return data[at] & 0xFFL
                | (data[at + 1] & 0xFFL) << 8
                | (data[at + 2] & 0xFFL) << 16
                | (data[at + 3] & 0xFFL) << 24;
    }
}
