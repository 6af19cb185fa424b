package dev.belvedere.wire.protobuf;

import dev.belvedere.model.events.Utf8Text;
import java.util.Arrays;

/// Writes a protobuf message into a growing array. Fields of value zero are written like any other: leave them out
/// where the protocol's default is meant.
public final class ProtobufWriter {

    private static final int INITIAL_BYTES = 1024;

    private byte[] buffer;
    private int size;

    public ProtobufWriter() {
        this(INITIAL_BYTES);
    }

    public ProtobufWriter(int initialBytes) {
        buffer = new byte[initialBytes];
    }

    public void clear() {
        size = 0;
    }

    public int size() {
        return size;
    }

    /// The buffer; only the first [#size] bytes are valid.
    public byte[] array() {
        return buffer;
    }

    public byte[] toByteArray() {
        return Arrays.copyOf(buffer, size);
    }

    private void reserve(int bytes) {
        if (bytes > buffer.length - size) {
            buffer = Arrays.copyOf(buffer, Math.max(size + bytes, 2 * buffer.length));
        }
    }

    private void tag(int field, int wireType) {
        varint((long) field << 3 | wireType);
    }

    private void varint(long value) {
        reserve(10);
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            buffer[size++] = (byte) (rest & 0x7f | 0x80);
            rest >>>= 7;
        }
        buffer[size++] = (byte) rest;
    }

    /// A value of int32, int64, uint32, uint64 or an enum.
    public void int64(int field, long value) {
        tag(field, ProtobufReader.VARINT);
        varint(value);
    }

    public void bool(int field, boolean value) {
        int64(field, value ? 1 : 0);
    }

    /// A value of sint32 or sint64.
    public void sint64(int field, long value) {
        int64(field, zigzag(value));
    }

    private static long zigzag(long value) {
        return value << 1 ^ value >> 63;
    }

    /// A value of fixed64 or sfixed64.
    public void fixed64(int field, long value) {
        tag(field, ProtobufReader.FIXED64);
        raw64(value);
    }

    public void fixed32(int field, int value) {
        tag(field, ProtobufReader.FIXED32);
        reserve(4);
        for (int shift = 0; shift < 32; shift += 8) {
            buffer[size++] = (byte) (value >>> shift);
        }
    }

    private void raw64(long value) {
        reserve(8);
        for (int shift = 0; shift < 64; shift += 8) {
            buffer[size++] = (byte) (value >>> shift);
        }
    }

    public void float64(int field, double value) {
        fixed64(field, Double.doubleToRawLongBits(value));
    }

    public void bytes(int field, byte[] value) {
        bytes(field, value, 0, value.length);
    }

    public void bytes(int field, byte[] value, int start, int length) {
        tag(field, ProtobufReader.BYTES);
        varint(length);
        reserve(length);
        System.arraycopy(value, start, buffer, size, length);
        size += length;
    }

    /// Text as UTF-8; what [Utf8Text] escaped becomes the bytes it came from.
    public void string(int field, String text) {
        tag(field, ProtobufReader.BYTES);
        int length = text.length();
        int start = size;
        varint(length);
        reserve(length);
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            if (c >= 0x80) {
                size = start;
                byte[] encoded = Utf8Text.encode(text);
                varint(encoded.length);
                reserve(encoded.length);
                System.arraycopy(encoded, 0, buffer, size, encoded.length);
                size += encoded.length;
                return;
            }
            buffer[size++] = (byte) c;
        }
    }

    public void packedDoubles(int field, double[] values) {
        tag(field, ProtobufReader.BYTES);
        varint(8L * values.length);
        for (double value : values) {
            raw64(Double.doubleToRawLongBits(value));
        }
    }

    public void packedFixed64(int field, long[] values) {
        tag(field, ProtobufReader.BYTES);
        varint(8L * values.length);
        for (long value : values) {
            raw64(value);
        }
    }

    public void packedVarints(int field, long[] values) {
        int mark = beginMessage(field);
        for (long value : values) {
            varint(value);
        }
        endMessage(mark);
    }

    public void packedSint64(int field, long[] values) {
        int mark = beginMessage(field);
        for (long value : values) {
            varint(zigzag(value));
        }
        endMessage(mark);
    }

    /// Fields that are encoded already.
    public void raw(byte[] fields, int length) {
        reserve(length);
        System.arraycopy(fields, 0, buffer, size, length);
        size += length;
    }

    /// Begins a field that is a message; what is written until [#endMessage] is its content.
    ///
    /// @return to be given to [#endMessage]
    public int beginMessage(int field) {
        tag(field, ProtobufReader.BYTES);
        reserve(1);
        return size++;
    }

    public void endMessage(int mark) {
        int length = size - mark - 1;
        int extra = (31 - Integer.numberOfLeadingZeros(length | 1)) / 7;
        if (extra > 0) {
            reserve(extra);
            System.arraycopy(buffer, mark + 1, buffer, mark + 1 + extra, length);
        }
        int end = size + extra;
        size = mark;
        varintWithin(length);
        size = end;
    }

    private void varintWithin(int value) {
        int rest = value;
        while (rest >= 0x80) {
            buffer[size++] = (byte) (rest & 0x7f | 0x80);
            rest >>>= 7;
        }
        buffer[size++] = (byte) rest;
    }
}
