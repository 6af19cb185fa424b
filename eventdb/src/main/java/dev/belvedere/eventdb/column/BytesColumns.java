package dev.belvedere.eventdb.column;

import dev.belvedere.eventdb.codec.BytesReader;
import dev.belvedere.eventdb.codec.BytesWriter;
import dev.belvedere.eventdb.codec.MalformedBytesException;

/// Encodes columns of byte strings by what their values have in common, as docs/format/events-segment.md describes.
public final class BytesColumns {

    private BytesColumns() {}

    public static void encode(BytesColumn column, BytesWriter into, Compression compression) {
        if (!encodeDictionary(column, into, compression)) {
            encodeDistinct(column, into, compression);
        }
    }

    /// Encodes a column of lines, whose values have words in common.
    public static void encodeLines(BytesColumn column, BytesWriter into, Compression compression) {
        if (!encodeDictionary(column, into, compression) && !Templates.encode(column, into, compression)) {
            encodeDistinct(column, into, compression);
        }
    }

    /// A nested column that others follow: its length comes first.
    static void encodeNested(BytesColumn column, BytesWriter into, Compression compression) {
        BytesWriter nested = new BytesWriter();
        encode(column, nested, compression);
        into.putVarint(nested.size());
        into.putRaw(nested.array(), 0, nested.size());
    }

    static BytesColumn decodeNested(BytesReader from, int count) {
        return decode(from.slice(from.getCount(1)), count);
    }

    /// Writes a dictionary and indexes if at most every third value is new.
    private static boolean encodeDictionary(BytesColumn column, BytesWriter into, Compression compression) {
        int count = column.size();
        int most = count / 3;
        long[] numbers = new long[count];
        SliceIndex index = new SliceIndex(column);
        for (int i = 0; i < count; i++) {
            numbers[i] = index.number(i);
            if (index.size() > most) {
                return false;
            }
        }
        if (count == 0) {
            return false;
        }
        BytesColumnBuilder distinct = new BytesColumnBuilder();
        for (int number = 0; number < index.size(); number++) {
            int at = index.firstIndex(number);
            distinct.add(column.bytes(), column.starts()[at], column.length(at));
        }
        into.putByte(Encoding.DICTIONARY);
        into.putVarint(index.size());
        BytesWriter nested = new BytesWriter();
        encodeDistinct(distinct.build(), nested, compression);
        into.putVarint(nested.size());
        into.putRaw(nested.array(), 0, nested.size());
        LongColumn.encode(numbers, count, into, compression);
        return true;
    }

    private static void encodeDistinct(BytesColumn column, BytesWriter into, Compression compression) {
        if (!TypedText.encode(column, into, compression)) {
            encodePlain(column, into, compression);
        }
    }

    private static void encodePlain(BytesColumn column, BytesWriter into, Compression compression) {
        int count = column.size();
        long[] lengths = new long[count];
        int total = 0;
        for (int i = 0; i < count; i++) {
            lengths[i] = column.length(i);
            total += column.length(i);
        }
        BytesWriter content = new BytesWriter(total + 64);
        content.putByte(Encoding.PLAIN);
        LongColumn.encodeNested(lengths, count, content, compression);
        for (int i = 0; i < count; i++) {
            content.putRaw(column.bytes(), column.starts()[i], column.length(i));
        }
        compression.write(into, content.array(), 0, content.size());
    }

    /// @param from the whole encoded column and nothing else
    public static BytesColumn decode(BytesReader from, int count) {
        int encoding = from.getByte();
        return switch (encoding) {
            case Encoding.ZSTD -> decode(Compression.read(from), count);
            case Encoding.PLAIN -> decodePlain(from, count);
            case Encoding.DICTIONARY -> decodeDictionary(from, count);
            case Encoding.HEXADECIMAL, Encoding.UUID, Encoding.INTEGERS, Encoding.DECIMALS ->
                TypedText.decode(encoding, from, count);
            case Encoding.TEMPLATES -> new TemplateReader(from, count).lines();
            default -> throw new MalformedBytesException("text encoding " + encoding + " is not known");
        };
    }

    /// Whether an encoded column can hold the text, by what its values are made of.
    static boolean canHold(BytesReader encoded, byte[] text) {
        if (encoded.remaining() == 0) {
            return true;
        }
        return switch (encoded.array()[encoded.position()]) {
            case Encoding.HEXADECIMAL -> isMadeOf(text, "0123456789abcdef");
            case Encoding.UUID -> isMadeOf(text, "0123456789abcdef-");
            case Encoding.INTEGERS -> isMadeOf(text, "0123456789-");
            case Encoding.DECIMALS -> isMadeOf(text, "0123456789-.");
            default -> true;
        };
    }

    private static boolean isMadeOf(byte[] text, String alphabet) {
        for (byte b : text) {
            if (alphabet.indexOf(b) < 0) {
                return false;
            }
        }
        return true;
    }

    private static BytesColumn decodePlain(BytesReader from, int count) {
        long[] lengths = LongColumn.decodeNested(from, count);
        int[] starts = new int[count];
        int[] ends = new int[count];
        int at = from.position();
        for (int i = 0; i < count; i++) {
            from.skip(lengths[i]);
            starts[i] = at;
            at += (int) lengths[i];
            ends[i] = at;
        }
        return new BytesColumn(from.array(), starts, ends);
    }

    private static BytesColumn decodeDictionary(BytesReader from, int count) {
        long distinct = from.getVarint();
        if (distinct < 0 || distinct > count) {
            throw new MalformedBytesException(distinct + " distinct values of " + count);
        }
        BytesColumn values = decodeNested(from, (int) distinct);
        long[] numbers = LongColumn.decode(from, count);
        int[] starts = new int[count];
        int[] ends = new int[count];
        for (int i = 0; i < count; i++) {
            long number = numbers[i];
            if (number < 0 || number >= distinct) {
                throw new MalformedBytesException("dictionary index " + number + " of " + distinct);
            }
            starts[i] = values.starts()[(int) number];
            ends[i] = values.ends()[(int) number];
        }
        return new BytesColumn(values.bytes(), starts, ends);
    }
}
