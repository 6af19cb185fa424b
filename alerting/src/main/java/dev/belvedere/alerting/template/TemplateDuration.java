package dev.belvedere.alerting.template;

import java.util.List;
import java.util.Optional;

/// Go's `time.Duration`.
public record TemplateDuration(long nanos) implements TemplateObject {

    private static final long MICRO = 1000;
    private static final long MILLI = 1000 * MICRO;
    private static final long SECOND = 1000 * MILLI;

    @Override
    public Optional<Object> member(String name, List<Object> arguments) {
        return switch (name) {
            case "String" -> Optional.of(toString());
            case "Nanoseconds" -> Optional.of(nanos);
            case "Microseconds" -> Optional.of(nanos / MICRO);
            case "Milliseconds" -> Optional.of(nanos / MILLI);
            case "Seconds" -> Optional.of(nanos / 1e9);
            case "Minutes" -> Optional.of(nanos / 60e9);
            case "Hours" -> Optional.of(nanos / 3600e9);
            case "Abs" -> Optional.of(new TemplateDuration(Math.abs(nanos)));
            case "Truncate" -> Optional.of(truncated(arguments));
            default -> Optional.empty();
        };
    }

    private TemplateDuration truncated(List<Object> arguments) {
        long unit = arguments.size() == 1 && arguments.getFirst() instanceof TemplateDuration given ? given.nanos : 0;
        return unit <= 0 ? this : new TemplateDuration(nanos - nanos % unit);
    }

    @Override
    public String typeName() {
        return "*time.Duration";
    }

    /// Go's form: `1h2m3.5s`, below a second with a smaller unit.
    @Override
    public String toString() {
        if (nanos == 0) {
            return "0s";
        }
        String sign = nanos < 0 ? "-" : "";
        long rest = Math.abs(nanos);
        if (rest < SECOND) {
            return sign
                    + (rest < MICRO
                            ? rest + "ns"
                            : rest < MILLI ? decimal(rest, MICRO) + "µs" : decimal(rest, MILLI) + "ms");
        }
        long minutes = rest / (60 * SECOND);
        String seconds = decimal(rest % (60 * SECOND), SECOND) + "s";
        if (minutes == 0) {
            return sign + seconds;
        }
        return sign + (minutes >= 60 ? minutes / 60 + "h" : "") + minutes % 60 + "m" + seconds;
    }

    private static String decimal(long value, long unit) {
        String whole = Long.toString(value / unit);
        long fraction = value % unit;
        if (fraction == 0) {
            return whole;
        }
        String digits = Long.toString(unit + fraction).substring(1);
        return whole + "." + digits.replaceAll("0+$", "");
    }
}
