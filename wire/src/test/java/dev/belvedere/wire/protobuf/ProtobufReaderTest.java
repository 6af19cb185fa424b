package dev.belvedere.wire.protobuf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import dev.belvedere.wire.WireFormatException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.HexFormat;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ProtobufReaderTest {

    private static final long SEED = Long.getLong("seed", 4711L);
    private static final int ROUNDS = 300;

    private final ProtobufReader reader = new ProtobufReader();

    /// Small and large numbers, of either sign, and those at the ends.
    private static long number(SplittableRandom random) {
        return switch (random.nextInt(8)) {
            case 0 -> Long.MIN_VALUE;
            case 1 -> Long.MAX_VALUE;
            case 2 -> 0;
            default -> random.nextLong() >> random.nextInt(64);
        };
    }

    private static double real(SplittableRandom random) {
        return Double.longBitsToDouble(random.nextLong());
    }

    /// Text of one to four bytes a character.
    private static String text(SplittableRandom random) {
        int[] bounds = {0x80, 0x800, 0xd800, Character.MAX_CODE_POINT + 1};
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(30); i > 0; i--) {
            int codePoint = random.nextInt(bounds[random.nextInt(bounds.length)]);
            text.appendCodePoint(codePoint >= 0xd800 && codePoint < 0xe000 ? ' ' : codePoint);
        }
        return text.toString();
    }

    private static byte[] bytes(SplittableRandom random) {
        byte[] bytes = new byte[random.nextInt(300)];
        random.nextBytes(bytes);
        return bytes;
    }

    interface Fields {
        void writeTo(CodedOutputStream out) throws IOException;
    }

    static byte[] encode(Fields fields) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        try {
            fields.writeTo(out);
            out.flush();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return bytes.toByteArray();
    }

    @Test
    void numbers_and_texts_read_as_the_official_writer_wrote_them() {
        SplittableRandom random = new SplittableRandom(SEED);
        for (int round = 0; round < ROUNDS; round++) {
            requireRead(number(random), real(random), text(random), bytes(random), "seed " + SEED + " round " + round);
        }
    }

    private void requireRead(long number, double real, String text, byte[] bytes, String what) {
        byte[] message = encode(out -> {
            out.writeInt64(1, number);
            out.writeSInt64(2, number);
            out.writeFixed64(3, number);
            out.writeDouble(4, real);
            out.writeString(5, text);
            out.writeByteArray(6, bytes);
            out.writeBool(7, number > 0);
            out.writeFixed32(8, (int) number);
            out.writeInt64(536_870_911, 1);
        });
        reader.reset(message);
        assertThat(reader.next()).isTrue();
        assertThat(reader.int64()).as(what).isEqualTo(number);
        assertThat(reader.next()).isTrue();
        assertThat(reader.sint64()).isEqualTo(number);
        assertThat(reader.next()).isTrue();
        assertThat(reader.fixed64()).isEqualTo(number);
        assertThat(reader.next()).isTrue();
        assertThat(reader.float64()).isEqualTo(real);
        assertThat(reader.next()).isTrue();
        assertThat(reader.field()).isEqualTo(5);
        assertThat(reader.anyText().getBytes(java.nio.charset.StandardCharsets.UTF_8))
                .isEqualTo(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
        assertThat(reader.next()).isTrue();
        assertThat(reader.bytes()).isEqualTo(bytes);
        assertThat(reader.next()).isTrue();
        assertThat(reader.bool()).isEqualTo(number > 0);
        assertThat(reader.next()).isTrue();
        assertThat(reader.fixed32()).isEqualTo((int) number);
        assertThat(reader.next()).isTrue();
        assertThat(reader.field()).isEqualTo(536_870_911);
        assertThat(reader.next()).isFalse();
    }

    @Test
    void the_official_reader_reads_what_the_writer_wrote() throws IOException {
        SplittableRandom random = new SplittableRandom(SEED);
        for (int round = 0; round < ROUNDS; round++) {
            long[] numbers = new long[random.nextInt(40)];
            for (int i = 0; i < numbers.length; i++) {
                numbers[i] = number(random);
            }
            requireWritten(number(random), real(random), bytes(random), numbers, "seed " + SEED + " round " + round);
        }
    }

    private static void requireWritten(long number, double real, byte[] bytes, long[] numbers, String what)
            throws IOException {
        ProtobufWriter out = new ProtobufWriter(1);
        int outer = out.beginMessage(1);
        out.int64(1, number);
        out.sint64(2, number);
        int inner = out.beginMessage(3);
        out.bytes(1, bytes);
        out.endMessage(inner);
        out.packedVarints(4, numbers);
        out.float64(5, real);
        out.endMessage(outer);
        CodedInputStream in = CodedInputStream.newInstance(out.toByteArray());
        assertThat(in.readTag() >>> 3).isEqualTo(1);
        in.pushLimit(in.readRawVarint32());
        assertThat(in.readTag() >>> 3).isEqualTo(1);
        assertThat(in.readInt64()).as(what).isEqualTo(number);
        in.readTag();
        assertThat(in.readSInt64()).isEqualTo(number);
        in.readTag();
        int outerLimit = in.pushLimit(in.readRawVarint32());
        in.readTag();
        assertThat(in.readByteArray()).isEqualTo(bytes);
        assertThat(in.isAtEnd()).isTrue();
        in.popLimit(outerLimit);
        in.readTag();
        int limit = in.pushLimit(in.readRawVarint32());
        for (long expected : numbers) {
            assertThat(in.readInt64()).isEqualTo(expected);
        }
        assertThat(in.isAtEnd()).isTrue();
        in.popLimit(limit);
        in.readTag();
        assertThat(in.readDouble()).isEqualTo(real);
        assertThat(in.isAtEnd()).isTrue();
    }

    @Test
    void fields_that_nobody_reads_are_skipped() {
        byte[] message = encode(out -> {
            out.writeString(1, "skipped");
            out.writeInt64(2, -1);
            out.writeDouble(3, 1);
            out.writeFixed32(4, 1);
            out.writeInt32(5, 42);
        });
        reader.reset(message);
        int found = 0;
        while (reader.next()) {
            if (reader.field() == 5) {
                found = reader.int32();
            }
        }
        assertThat(found).isEqualTo(42);
    }

    @Test
    void packed_and_single_values_of_a_repeated_field_add_up() {
        byte[] message = encode(out -> {
            out.writeUInt64(1, 3);
            out.writeByteArray(1, new byte[] {1, (byte) 0x96, 1});
            out.writeDouble(2, 1.5);
            out.writeByteArray(2, new byte[16]);
        });
        LongColumn numbers = new LongColumn();
        LongColumn reals = new LongColumn();
        reader.reset(message);
        while (reader.next()) {
            if (reader.field() == 1) {
                reader.addVarints(numbers);
            } else {
                reader.addFixed64(reals);
            }
        }
        assertThat(numbers.size()).isEqualTo(3);
        assertThat(numbers.get(2)).isEqualTo(150);
        assertThat(reals.toDoubles()).containsExactly(1.5, 0, 0);
    }

    @Test
    void broken_messages_say_what_is_wrong_and_where() {
        assertBroken("0a05616263", "says it has 5 bytes, but its message has 3 left (at byte 2)");
        assertBroken("0affffffffffffffffff01", "left");
        assertBroken("08ffffffffffffffffffff", "more than 10 bytes");
        assertBroken("08ff", "a number ends beyond its message");
        assertBroken("0900", "field 1 ends beyond its message");
        assertBroken("00", "not a protobuf field");
        assertBroken("0b", "a group");
        assertBroken("0e", "unknown wire type 6");
    }

    private void assertBroken(String hex, String problem) {
        reader.reset(HexFormat.of().parseHex(hex));
        assertThatThrownBy(() -> {
                    while (reader.next()) {
                        assertThat(reader.field()).isEqualTo(1);
                    }
                })
                .isInstanceOf(WireFormatException.class)
                .hasMessageContaining(problem);
    }

    @Test
    void a_value_of_the_wrong_type_is_refused() {
        reader.reset(encode(out -> out.writeString(1, "text")));
        assertThat(reader.next()).isTrue();
        assertThatThrownBy(reader::int64)
                .isInstanceOf(WireFormatException.class)
                .hasMessageContaining("field 1 has wire type 2, expected 0");
    }

    @Test
    void nesting_has_a_limit() {
        byte[] message = new byte[0];
        for (int i = 0; i < 100; i++) {
            byte[] inner = message;
            message = encode(out -> out.writeByteArray(1, inner));
        }
        reader.reset(message);
        assertThatThrownBy(() -> {
                    while (reader.next()) {
                        reader.enter();
                    }
                })
                .isInstanceOf(WireFormatException.class)
                .hasMessageContaining("nested more than 64 deep");
    }

    @Test
    void invalid_utf8_is_refused_and_a_genuine_replacement_character_is_not() {
        reader.reset(encode(out -> out.writeString(1, "a\uFFFDb")));
        assertThat(reader.next()).isTrue();
        assertThat(reader.string()).isEqualTo("a\uFFFDb");
        reader.reset(encode(out -> out.writeByteArray(1, new byte[] {'a', (byte) 0xff})));
        assertThat(reader.next()).isTrue();
        assertThatThrownBy(reader::string).hasMessageContaining("not valid UTF-8");
    }
}
