package dev.belvedere.logql.pipeline;

import dev.belvedere.logql.syntax.LabelPredicate;
import dev.belvedere.logql.syntax.LogqlExpr.Unwrap;
import dev.belvedere.logql.syntax.Quantities;
import java.nio.charset.StandardCharsets;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/// Numbers out of lines.
public final class Unwrapping {

    private Unwrapping() {}

    /// The number that `| unwrap` finds. A label that cannot be converted marks the line with
    /// `__error__="SampleExtractionErr"`.
    ///
    /// @return empty where the line has no such label, or a filter behind the unwrap drops it
    public static OptionalDouble number(Unwrap unwrap, Line line) {
        String text = line.labels().get(unwrap.label());
        if (text.isEmpty()) {
            return OptionalDouble.empty();
        }
        OptionalDouble value = convert(unwrap.conversion(), text);
        if (value.isEmpty()) {
            line.labels().setError("SampleExtractionErr", "\"" + text + "\" is no number");
        }
        for (LabelPredicate filter : unwrap.filters()) {
            if (!LabelFilterStep.test(filter, line.labels())) {
                return OptionalDouble.empty();
            }
        }
        return value.isEmpty() ? OptionalDouble.of(0) : value;
    }

    private static OptionalDouble convert(String conversion, String text) {
        return switch (conversion) {
            case "bytes" -> Quantities.bytes(text);
            case "duration", "duration_seconds" -> {
                OptionalLong nanos = Quantities.durationNanos(text);
                yield nanos.isPresent() ? OptionalDouble.of(nanos.getAsLong() / 1e9) : OptionalDouble.empty();
            }
            default -> Quantities.number(text);
        };
    }

    /// Bytes of the line in UTF-8.
    public static int sizeBytes(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) >= 0x80) {
                return text.getBytes(StandardCharsets.UTF_8).length;
            }
        }
        return text.length();
    }
}
