package dev.belvedere.eventdb.column;

import dev.belvedere.eventdb.codec.BytesReader;
import dev.belvedere.eventdb.codec.BytesWriter;
import dev.belvedere.eventdb.codec.MalformedBytesException;
import java.nio.charset.StandardCharsets;

/// Texts that are all of one narrow form (hexadecimal, UUID, integer, decimal), kept as what they say. Each form is
/// used only where it gives the very same bytes back.
final class TypedText {

    private static final int UUID_LENGTH = 36;
    private static final int MAX_DIGITS = 18;
    private static final int MAX_HEX_DIGITS = 1 << 16;
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    private TypedText() {}

    /// Writes the column if all its values are of one form.
    ///
    /// @return whether it did
    static boolean encode(BytesColumn column, BytesWriter into, Compression compression) {
        int count = column.size();
        if (count == 0 || column.length(0) == 0) {
            return false;
        }
        if (isHexadecimal(column)) {
            encodeHexadecimal(column, into);
            return true;
        }
        if (isUuid(column)) {
            encodeUuid(column, into);
            return true;
        }
        int places = places(column, 0);
        if (places < 0) {
            return false;
        }
        long[] numbers = new long[count];
        for (int i = 0; i < count; i++) {
            if (places(column, i) != places) {
                return false;
            }
            numbers[i] = number(column, i);
        }
        into.putByte(places == 0 ? Encoding.INTEGERS : Encoding.DECIMALS);
        if (places > 0) {
            into.putByte(places);
        }
        LongColumn.encode(numbers, count, into, compression);
        return true;
    }

    static BytesColumn decode(int encoding, BytesReader from, int count) {
        return switch (encoding) {
            case Encoding.HEXADECIMAL -> decodeHexadecimal(from, count);
            case Encoding.UUID -> decodeUuid(from, count);
            case Encoding.INTEGERS -> decodeNumbers(LongColumn.decode(from, count), 0);
            default -> {
                int places = from.getByte();
                if (places < 1 || places > MAX_DIGITS) {
                    throw new MalformedBytesException("decimals of " + places + " places");
                }
                yield decodeNumbers(LongColumn.decode(from, count), places);
            }
        };
    }

    private static boolean isHexadecimal(BytesColumn column) {
        int digits = column.length(0);
        if (digits < 8 || digits % 2 != 0 || digits > MAX_HEX_DIGITS) {
            return false;
        }
        for (int i = 0; i < column.size(); i++) {
            if (column.length(i) != digits || !isHex(column.bytes(), column.starts()[i], column.ends()[i])) {
                return false;
            }
        }
        return true;
    }

    private static boolean isHex(byte[] bytes, int start, int end) {
        for (int i = start; i < end; i++) {
            if (nibble(bytes[i]) < 0) {
                return false;
            }
        }
        return true;
    }

    private static int nibble(byte digit) {
        if (digit >= '0' && digit <= '9') {
            return digit - '0';
        }
        return digit >= 'a' && digit <= 'f' ? digit - 'a' + 10 : -1;
    }

    private static void encodeHexadecimal(BytesColumn column, BytesWriter into) {
        into.putByte(Encoding.HEXADECIMAL);
        into.putVarint(column.length(0));
        for (int i = 0; i < column.size(); i++) {
            putHex(column.bytes(), column.starts()[i], column.ends()[i], into);
        }
    }

    private static void putHex(byte[] bytes, int start, int end, BytesWriter into) {
        for (int at = start; at < end; at += 2) {
            into.putByte(nibble(bytes[at]) << 4 | nibble(bytes[at + 1]));
        }
    }

    private static BytesColumn decodeHexadecimal(BytesReader from, int count) {
        int digits = from.getIndex(MAX_HEX_DIGITS + 1);
        int at = from.position();
        from.skip((long) digits / 2 * count);
        byte[] bytes = new byte[Math.multiplyExact(digits, count)];
        for (int i = 0; i < bytes.length; i += 2) {
            int pair = from.array()[at++] & 0xff;
            bytes[i] = HEX[pair >> 4];
            bytes[i + 1] = HEX[pair & 15];
        }
        return fixedLength(bytes, digits, count);
    }

    private static BytesColumn fixedLength(byte[] bytes, int length, int count) {
        int[] starts = new int[count];
        int[] ends = new int[count];
        for (int i = 0; i < count; i++) {
            starts[i] = i * length;
            ends[i] = starts[i] + length;
        }
        return new BytesColumn(bytes, starts, ends);
    }

    private static boolean isHyphen(int position) {
        return position == 8 || position == 13 || position == 18 || position == 23;
    }

    private static boolean isUuid(BytesColumn column) {
        for (int i = 0; i < column.size(); i++) {
            if (column.length(i) != UUID_LENGTH) {
                return false;
            }
            for (int at = 0; at < UUID_LENGTH; at++) {
                byte c = column.bytes()[column.starts()[i] + at];
                if (isHyphen(at) ? c != '-' : nibble(c) < 0) {
                    return false;
                }
            }
        }
        return true;
    }

    private static void encodeUuid(BytesColumn column, BytesWriter into) {
        into.putByte(Encoding.UUID);
        for (int i = 0; i < column.size(); i++) {
            int start = column.starts()[i];
            for (int at = 0; at < UUID_LENGTH; at += 2) {
                if (isHyphen(at)) {
                    at++;
                }
                putHex(column.bytes(), start + at, start + at + 2, into);
            }
        }
    }

    private static BytesColumn decodeUuid(BytesReader from, int count) {
        int source = from.position();
        from.skip(16L * count);
        byte[] bytes = new byte[Math.multiplyExact(UUID_LENGTH, count)];
        int at = 0;
        for (int i = 0; i < count; i++) {
            for (int position = 0; position < UUID_LENGTH; position += 2) {
                if (isHyphen(position)) {
                    bytes[at++] = '-';
                    position++;
                }
                int pair = from.array()[source++] & 0xff;
                bytes[at++] = HEX[pair >> 4];
                bytes[at++] = HEX[pair & 15];
            }
        }
        return fixedLength(bytes, UUID_LENGTH, count);
    }

    /// How many digits follow the point of a number in its plain form: 0 for an integer, -1 for anything else.
    private static int places(BytesColumn column, int index) {
        byte[] bytes = column.bytes();
        int at = column.starts()[index];
        int end = column.ends()[index];
        boolean isNegative = at < end && bytes[at] == '-';
        if (isNegative) {
            at++;
        }
        int digits = end - at;
        if (digits == 0 || digits > MAX_DIGITS || bytes[at] < '0' || bytes[at] > '9') {
            return -1;
        }
        if (bytes[at] == '0' && digits > 1 && bytes[at + 1] != '.') {
            return -1;
        }
        int point = -1;
        boolean isZero = true;
        for (int i = at; i < end; i++) {
            if (bytes[i] == '.' && point < 0) {
                point = i;
            } else if (bytes[i] < '0' || bytes[i] > '9') {
                return -1;
            } else if (bytes[i] != '0') {
                isZero = false;
            }
        }
        if (isNegative && isZero || point == end - 1) {
            return -1;
        }
        return point < 0 ? 0 : end - point - 1;
    }

    private static long number(BytesColumn column, int index) {
        byte[] bytes = column.bytes();
        int start = column.starts()[index];
        long number = 0;
        for (int i = start; i < column.ends()[index]; i++) {
            if (bytes[i] >= '0') {
                number = 10 * number + (bytes[i] - '0');
            }
        }
        return bytes[start] == '-' ? -number : number;
    }

    private static BytesColumn decodeNumbers(long[] numbers, int places) {
        BytesColumnBuilder builder = new BytesColumnBuilder();
        byte[] digits = new byte[MAX_DIGITS + 24];
        for (long number : numbers) {
            int at = digits.length;
            long rest = Math.abs(number);
            int written = 0;
            do {
                digits[--at] = (byte) ('0' + rest % 10);
                rest /= 10;
                written++;
                if (written == places) {
                    digits[--at] = '.';
                }
            } while (rest > 0 || written <= places);
            if (number < 0) {
                digits[--at] = '-';
            }
            builder.add(digits, at, digits.length - at);
        }
        return builder.build();
    }
}
