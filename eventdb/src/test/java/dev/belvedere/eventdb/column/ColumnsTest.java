package dev.belvedere.eventdb.column;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belvedere.eventdb.codec.BytesReader;
import dev.belvedere.eventdb.codec.BytesWriter;
import dev.belvedere.eventdb.codec.MalformedBytesException;
import dev.belvedere.model.events.Utf8Text;
import dev.belvedere.testkit.events.RandomEvents;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.function.IntFunction;
import java.util.function.IntToLongFunction;
import org.junit.jupiter.api.Test;

/// Columns come back as they went in, whatever way they were encoded, and damaged ones are refused.
final class ColumnsTest {

    private final Compression compression = new Compression();

    private byte[] encode(List<String> values, boolean areLines) {
        BytesColumnBuilder builder = new BytesColumnBuilder();
        values.forEach(value -> builder.add(Utf8Text.encode(value)));
        BytesWriter into = new BytesWriter();
        if (areLines) {
            BytesColumns.encodeLines(builder.build(), into, compression);
        } else {
            BytesColumns.encode(builder.build(), into, compression);
        }
        return into.toByteArray();
    }

    private static List<String> decode(byte[] bytes, int count) {
        BytesColumn column = BytesColumns.decode(new BytesReader(bytes), count);
        List<String> values = new ArrayList<>();
        for (int i = 0; i < column.size(); i++) {
            values.add(column.text(i));
        }
        return values;
    }

    private static List<String> values(int count, IntFunction<String> value) {
        List<String> values = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            values.add(value.apply(i));
        }
        return values;
    }

    /// @return how many bytes the column took
    private int requireRoundTrip(int encoding, List<String> values) {
        byte[] bytes = encode(values, encoding == Encoding.TEMPLATES);
        assertThat(decode(bytes, values.size())).isEqualTo(values);
        int found = bytes[0] == Encoding.ZSTD
                ? Compression.read(new BytesReader(bytes, 1, bytes.length)).getByte()
                : bytes[0];
        assertThat(found).isEqualTo(encoding);
        return bytes.length;
    }

    @Test
    void texts_of_one_form_are_kept_as_what_they_say() {
        SplittableRandom random = new SplittableRandom(1);
        requireRoundTrip(Encoding.HEXADECIMAL, values(50, i -> "%016x".formatted(random.nextLong())));
        requireRoundTrip(Encoding.UUID, values(50, i -> new UUID(random.nextLong(), random.nextLong()).toString()));
        requireRoundTrip(Encoding.INTEGERS, values(50, i -> Integer.toString(random.nextInt())));
        requireRoundTrip(Encoding.DECIMALS, values(50, i -> "%.2f".formatted(random.nextDouble(-9, 1000) - 0.004)));
        requireRoundTrip(Encoding.DICTIONARY, values(50, i -> i % 7 == 0 ? "a" : "b"));
        requireRoundTrip(Encoding.PLAIN, values(50, i -> "text " + random.nextInt()));
        requireRoundTrip(Encoding.PLAIN, List.of());
    }

    @Test
    void numbers_that_are_not_written_the_plain_way_stay_texts() {
        for (String odd :
                List.of("007", "-0", "+1", "1.", ".5", "-0.00", "1e5", "12345678901234567890", "1.2.3", "", "-")) {
            List<String> values = values(30, i -> i == 17 ? odd : Integer.toString(i * 31));
            assertThat(decode(encode(values, false), 30)).as(odd).isEqualTo(values);
        }
    }

    @Test
    void lines_become_templates_that_take_a_fraction() {
        SplittableRandom random = new SplittableRandom(2);
        List<String> lines = values(
                1000,
                i -> i % 3 == 0
                        ? "INFO 03-02 06:00:%02d Finished request chatcmpl-%08x reason=%s tokens=%d"
                                .formatted(
                                        i % 60, random.nextInt(), i % 2 == 0 ? "stop" : "length", random.nextInt(900))
                        : "{\"level\":\"info\",\"path\":\"/v1/x\",\"dur_ms\":%d.%02d}"
                                .formatted(random.nextInt(99), random.nextInt(100)));
        int raw = lines.stream().mapToInt(String::length).sum();
        assertThat(requireRoundTrip(Encoding.TEMPLATES, lines)).isLessThan(raw / 6);
        requireSearchable(lines, lines.get(0), lines.get(1), lines.get(2), lines.get(3));
    }

    @Test
    void lines_without_anything_in_common_do_not_become_templates() {
        SplittableRandom random = new SplittableRandom(3);
        requireRoundTrip(Encoding.PLAIN, values(300, i -> {
            StringBuilder line = new StringBuilder();
            for (int word = 0; word < 8; word++) {
                line.append((char) ('a' + random.nextInt(26))).append((char) ('a' + random.nextInt(26)));
                line.append(random.nextInt(4) == 0 ? "; " : " ");
            }
            return line.toString();
        }));
    }

    @Test
    void any_lines_come_back() {
        long seed = Long.getLong("seed", 20261125);
        for (int round = 0; round < 300; round++) {
            SplittableRandom random = new SplittableRandom(seed + round);
            RandomEvents events = new RandomEvents(random);
            List<String> parts = values(6, i -> events.text());
            List<String> lines = values(1 + random.nextInt(60), i -> {
                StringBuilder line = new StringBuilder();
                for (int part = random.nextInt(4); part >= 0; part--) {
                    line.append(random.nextInt(4) == 0 ? events.text() : parts.get(random.nextInt(6)));
                    line.append(random.nextBoolean() ? "=" : ":\"");
                }
                byte[] bytes = Utf8Text.encode(line.toString());
                return Utf8Text.decode(bytes, 0, bytes.length);
            });
            assertThat(decode(encode(lines, true), lines.size()))
                    .as("seed %d", seed + round)
                    .isEqualTo(lines);
            requireSearchable(lines, events.text(), parts.get(0), lines.getFirst());
            assertThat(decode(encode(lines, false), lines.size()))
                    .as("seed %d", seed + round)
                    .isEqualTo(lines);
        }
    }

    /// A line that holds a text is never left out, whole or in part.
    private void requireSearchable(List<String> lines, String... texts) {
        LineColumn column = LineColumn.open(new BytesReader(encode(lines, true)), lines.size());
        for (int i = 0; i < lines.size(); i++) {
            assertThat(column.text(i)).isEqualTo(lines.get(i));
        }
        for (String whole : texts) {
            byte[] bytes = Utf8Text.encode(whole);
            for (int start = 0; start < bytes.length; start += 3) {
                byte[] text = Arrays.copyOfRange(bytes, start, Math.min(bytes.length, start + 1 + start % 11));
                BytesColumn found = column.linesThatMayContain(new byte[][] {text});
                for (int i = 0; i < lines.size(); i++) {
                    byte[] line = Utf8Text.encode(lines.get(i));
                    if (Substrings.contains(line, 0, line.length, text)) {
                        assertThat(found.value(i)).isEqualTo(line);
                    }
                }
            }
        }
    }

    private void requireRoundTrip(int encoding, int count, IntToLongFunction value) {
        long[] values = new long[count];
        for (int i = 0; i < count; i++) {
            values[i] = value.applyAsLong(i);
        }
        BytesWriter into = new BytesWriter();
        LongColumn.encode(values, count, into, compression);
        byte[] bytes = into.toByteArray();
        int found = bytes[0] == Encoding.ZSTD
                ? Compression.read(new BytesReader(bytes, 1, bytes.length)).getByte()
                : bytes[0];
        assertThat(LongColumn.decode(new BytesReader(bytes), count)).isEqualTo(values);
        assertThat(found).isEqualTo(encoding);
    }

    @Test
    void numbers_come_back_from_every_encoding() {
        SplittableRandom random = new SplittableRandom(4);
        requireRoundTrip(Encoding.CONSTANT, 9, i -> Long.MIN_VALUE);
        requireRoundTrip(Encoding.CONSTANT, 0, i -> 1);
        requireRoundTrip(Encoding.RUNS, 400, i -> i / 100);
        requireRoundTrip(Encoding.PLANES, 100, i -> random.nextLong());
        requireRoundTrip(Encoding.DELTA_PLANES, 2, i -> i == 0 ? Long.MIN_VALUE : Long.MAX_VALUE);
        requireRoundTrip(Encoding.PLANES, 100, i -> 1000 + random.nextInt(200));
        requireRoundTrip(Encoding.DELTA_PLANES, 100, i -> 1_772_431_200_000_000_000L + i * 1_000_000L + i % 3);
        requireRoundTrip(Encoding.DELTA_PLANES, 100, i -> 5L * i);
    }

    @Test
    void damaged_columns_are_refused_or_read_never_worse() {
        SplittableRandom random = new SplittableRandom(5);
        List<byte[]> columns = List.of(
                encode(values(200, i -> "id=" + random.nextInt() + " name=" + i % 5), true),
                encode(values(200, i -> i % 3 == 0 ? "x" : "y"), false),
                encode(values(200, i -> "%016x".formatted(random.nextLong())), false));
        int refused = 0;
        for (byte[] column : columns) {
            for (int at = 0; at < column.length; at++) {
                byte[] damaged = column.clone();
                damaged[at] ^= (byte) (1 << at % 8);
                try {
                    assertThat(BytesColumns.decode(new BytesReader(damaged), 200)
                                    .size())
                            .isEqualTo(200);
                } catch (MalformedBytesException e) {
                    refused++;
                }
                byte[] cut = Arrays.copyOf(column, at);
                assertThatThrownBy(() -> BytesColumns.decode(new BytesReader(cut), 200))
                        .isInstanceOf(MalformedBytesException.class);
            }
        }
        assertThat(refused).isPositive();
    }

    @Test
    void compressed_content_of_absurd_size_is_refused_before_it_is_made() {
        BytesWriter bomb = new BytesWriter();
        bomb.putByte(Encoding.ZSTD);
        bomb.putVarint(1L << 40);
        bomb.putRaw("x".getBytes(StandardCharsets.US_ASCII));
        assertThatThrownBy(() -> BytesColumns.decode(new BytesReader(bomb.toByteArray()), 10))
                .isInstanceOf(MalformedBytesException.class)
                .hasMessageContaining("before compression");
    }
}
