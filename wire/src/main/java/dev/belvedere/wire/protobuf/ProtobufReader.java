package dev.belvedere.wire.protobuf;

import dev.belvedere.model.events.Utf8Text;
import dev.belvedere.wire.WireFormatException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Walks over the fields of a protobuf message in an array. Reused for many messages; allocates nothing but the
/// strings and arrays it is asked for.
///
/// A caller loops over [#next], switches on [#field], reads the value with the method of the field's type and
/// leaves out what it does not know: a value that was not read is skipped. Every read is checked against the end of
/// the message in hand.
///
/// Messages nest: [#enter] narrows the reader to the current field's bytes, [#leave] goes back.
public final class ProtobufReader {

    public static final int VARINT = 0;
    public static final int FIXED64 = 1;
    public static final int BYTES = 2;
    public static final int FIXED32 = 5;

    private static final int START_GROUP = 3;
    private static final int END_GROUP = 4;

    /// Deeper than any of our protocols goes, with room for nested attribute values.
    private static final int MAX_DEPTH = 64;

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private byte[] buffer = new byte[0];
    private int at;
    private int end;
    private int field;
    private int wireType;
    private int valueStart;
    private boolean isValuePending;
    private final int[] ends = new int[MAX_DEPTH];
    private int depth;

    /// Begins a message that is all of `bytes`.
    public ProtobufReader reset(byte[] bytes) {
        return reset(bytes, 0, bytes.length);
    }

    public ProtobufReader reset(byte[] bytes, int start, int length) {
        if (start < 0 || length < 0 || start > bytes.length - length) {
            throw new IllegalArgumentException(start + "+" + length + " is not within " + bytes.length + " bytes");
        }
        buffer = bytes;
        at = start;
        end = start + length;
        depth = 0;
        isValuePending = false;
        return this;
    }

    /// Moves to the next field; false at the end of the message.
    public boolean next() {
        if (isValuePending) {
            skip();
        }
        if (at == end) {
            return false;
        }
        int start = at;
        long tag = varint();
        field = (int) (tag >>> 3);
        wireType = (int) tag & 7;
        if (field == 0 || tag >>> 32 != 0) {
            throw new WireFormatException(start, "not a protobuf field: tag " + Long.toUnsignedString(tag));
        }
        isValuePending = true;
        return true;
    }

    public int field() {
        return field;
    }

    public int wireType() {
        return wireType;
    }

    /// Where the next byte is read, as an index of the buffer.
    public int position() {
        return at;
    }

    /// Where the message in hand ends, exclusive.
    public int end() {
        return end;
    }

    public byte[] buffer() {
        return buffer;
    }

    /// Goes to another place of the message in hand: one that [#position] told, or where a field begins.
    public void seek(int position) {
        assert position <= end;
        at = position;
        isValuePending = false;
    }

    private void expect(int type) {
        if (wireType != type) {
            throw new WireFormatException(at, "field " + field + " has wire type " + wireType + ", expected " + type);
        }
        isValuePending = false;
    }

    /// A value of int32, int64, uint32, uint64, bool or an enum.
    public long int64() {
        expect(VARINT);
        return varint();
    }

    public int int32() {
        return (int) int64();
    }

    public boolean bool() {
        return int64() != 0;
    }

    /// A value of sint32 or sint64.
    public long sint64() {
        return unzigzag(int64());
    }

    public static long unzigzag(long encoded) {
        return encoded >>> 1 ^ -(encoded & 1);
    }

    /// A value of fixed64 or sfixed64.
    public long fixed64() {
        expect(FIXED64);
        return rawFixed64();
    }

    public double float64() {
        return Double.longBitsToDouble(fixed64());
    }

    public int fixed32() {
        expect(FIXED32);
        require(4);
        int value = (int) INT.get(buffer, at);
        at += 4;
        return value;
    }

    private long rawFixed64() {
        require(8);
        long value = (long) LONG.get(buffer, at);
        at += 8;
        return value;
    }

    private void require(int bytes) {
        if (bytes > end - at) {
            throw new WireFormatException(at, "field " + field + " ends beyond its message");
        }
    }

    private long varint() {
        int p = at;
        if (p < end) {
            byte first = buffer[p];
            if (first >= 0) {
                at = p + 1;
                return first;
            }
        }
        return longVarint();
    }

    private long longVarint() {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            if (at >= end) {
                throw new WireFormatException(at, "a number ends beyond its message");
            }
            byte b = buffer[at++];
            value |= (long) (b & 0x7f) << shift;
            if (b >= 0) {
                return value;
            }
        }
        throw new WireFormatException(at, "a number of more than 10 bytes");
    }

    /// Reads the length of a value of bytes; afterwards [#position] is its first byte.
    private int length() {
        expect(BYTES);
        long length = varint();
        if (length < 0 || length > end - at) {
            throw new WireFormatException(
                    at,
                    "field " + field + " says it has " + Long.toUnsignedString(length) + " bytes, but its message has "
                            + (end - at) + " left");
        }
        return (int) length;
    }

    /// Steps over a value of bytes: it lies from [#valueStart] to [#position].
    public void skipBytes() {
        int length = length();
        valueStart = at;
        at += length;
    }

    /// Where the value that [#skipBytes] stepped over begins.
    public int valueStart() {
        return valueStart;
    }

    public byte[] bytes() {
        int length = length();
        byte[] value = Arrays.copyOfRange(buffer, at, at + length);
        at += length;
        return value;
    }

    /// @throws WireFormatException if it is not valid UTF-8
    public String string() {
        int length = length();
        String text = utf8(buffer, at, length);
        at += length;
        return text;
    }

    /// Text that may hold anything, kept byte by byte as [Utf8Text] does.
    public String anyText() {
        int length = length();
        String text = Utf8Text.decode(buffer, at, length);
        at += length;
        return text;
    }

    /// @throws WireFormatException if it is not valid UTF-8
    public static String utf8(byte[] buffer, int start, int length) {
        String text = new String(buffer, start, length, StandardCharsets.UTF_8);
        if (text.indexOf('\uFFFD') >= 0 && !isReplacementGenuine(buffer, start, length)) {
            throw new WireFormatException(start, "text that is not valid UTF-8");
        }
        return text;
    }

    private static boolean isReplacementGenuine(byte[] buffer, int start, int length) {
        String escaped = Utf8Text.decode(buffer, start, length);
        for (int i = 0; i < escaped.length(); i++) {
            if (Character.isLowSurrogate(escaped.charAt(i))
                    && (i == 0 || !Character.isHighSurrogate(escaped.charAt(i - 1)))) {
                return false;
            }
        }
        return true;
    }

    /// Narrows the reader to the current field, a message. Must be followed by [#leave].
    public void enter() {
        if (depth == MAX_DEPTH) {
            throw new WireFormatException(at, "messages nested more than " + MAX_DEPTH + " deep");
        }
        int length = length();
        ends[depth++] = end;
        end = at + length;
    }

    /// Goes to the end of the message entered last and back to the one around it.
    public void leave() {
        at = end;
        end = ends[--depth];
        isValuePending = false;
    }

    /// Appends the values of a repeated fixed64 or double field, packed or not, as bits.
    public void addFixed64(LongColumn into) {
        if (wireType == FIXED64) {
            into.add(fixed64());
            return;
        }
        int length = length();
        if (length % 8 != 0) {
            throw new WireFormatException(at, "field " + field + " holds 8-byte numbers in " + length + " bytes");
        }
        for (int stop = at + length; at < stop; ) {
            into.add(rawFixed64());
        }
    }

    /// Appends the values of a repeated varint field, packed or not, without undoing zigzag.
    public void addVarints(LongColumn into) {
        if (wireType == VARINT) {
            into.add(int64());
            return;
        }
        int length = length();
        int outerEnd = end;
        end = at + length;
        while (at < end) {
            into.add(varint());
        }
        end = outerEnd;
    }

    /// Steps over the value of the field in hand.
    public void skip() {
        switch (wireType) {
            case VARINT -> int64();
            case FIXED64 -> fixed64();
            case BYTES -> skipBytes();
            case FIXED32 -> fixed32();
            case START_GROUP, END_GROUP ->
                throw new WireFormatException(at, "field " + field + " is a group, which no protocol here has");
            default -> throw new WireFormatException(at, "field " + field + " has the unknown wire type " + wireType);
        }
    }
}
