package dev.belvedere.api.params;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.belvedere.model.labels.LabelNames;
import dev.belvedere.testkit.fuzz.ParserBudget;
import java.nio.charset.StandardCharsets;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/// Arbitrary text as times and durations of requests: a number, or a sentence that shows the text.
class ParametersFuzzTest {

    /// The fuzzer looks at what regular expressions see of the input, by the square of its length: beyond this it would
    /// measure itself.
    private static final int MAX_LENGTH = 100;

    /// Mostly what the fuzzer itself adds to regular expressions.
    private static final ParserBudget BUDGET = ParserBudget.of(128 << 20, 1000);

    static Stream<byte[]> texts() {
        return Stream.of(
                        "1700000000.123",
                        "-1e10",
                        "2026-01-01T00:00:00.5+02:00",
                        "-292273086-05-16T16:47:06Z",
                        "1h30m5ms",
                        "15",
                        "1.5s2m",
                        ".5h",
                        "1\0h\n\ufffd")
                .map(text -> text.getBytes(StandardCharsets.UTF_8));
    }

    private static void parse(ToLongFunction<String> parser, String text) {
        try {
            assertThat(parser.applyAsLong(text)).isEqualTo(parser.applyAsLong(text));
        } catch (IllegalArgumentException e) {
            assertThat(e.getMessage()).contains(LabelNames.quote(text));
        }
    }

    @MethodSource("texts")
    @FuzzTest
    void times_and_durations(byte[] bytes) {
        if (bytes.length > MAX_LENGTH) {
            return;
        }
        String text = new String(bytes, StandardCharsets.UTF_8);
        BUDGET.run(bytes.length, () -> {
            parse(PrometheusTimes::parseMillis, text);
            parse(PrometheusTimes::parseDurationMillis, text);
            parse(GoDuration::parseNanos, text);
        });
    }
}
