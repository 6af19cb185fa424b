package dev.belvedere.alerting.template;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.TextStyle;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Go's `time.Time`, with the methods that templates use.
public record TemplateTime(ZonedDateTime time) implements TemplateObject {

    private static final String RFC3339_LAYOUT = "2006-01-02T15:04:05.999999999Z07:00";
    private static final String DEFAULT_LAYOUT = "2006-01-02 15:04:05.999999999 -0700 MST";

    public static TemplateTime ofMillis(long millis) {
        return new TemplateTime(Instant.ofEpochMilli(millis).atZone(ZoneOffset.UTC));
    }

    /// A moment as Go's JSON encoder writes it.
    public static String rfc3339(long millis) {
        return ofMillis(millis).format(RFC3339_LAYOUT);
    }

    public String format(String layout) {
        return GoTimeLayout.format(time, layout);
    }

    @Override
    public Optional<Object> member(String name, List<Object> arguments) {
        return switch (name) {
            case "Format" -> Optional.of(format(text(name, arguments)));
            case "Add" ->
                Optional.of(new TemplateTime(
                        time.plusNanos(duration(name, arguments).nanos())));
            case "Sub" -> {
                Duration between = Duration.between(moment(name, arguments).time, time);
                yield Optional.of(new TemplateDuration(between.toNanos()));
            }
            case "Before" -> Optional.of(time.isBefore(moment(name, arguments).time));
            case "After" -> Optional.of(time.isAfter(moment(name, arguments).time));
            case "Equal" -> Optional.of(time.isEqual(moment(name, arguments).time));
            case "Unix" -> Optional.of(time.toEpochSecond());
            case "UnixMilli" -> Optional.of(time.toInstant().toEpochMilli());
            case "UnixNano" -> Optional.of(time.toEpochSecond() * 1_000_000_000 + time.getNano());
            case "UTC" -> Optional.of(new TemplateTime(time.withZoneSameInstant(ZoneOffset.UTC)));
            case "Local" -> Optional.of(this);
            case "String" -> Optional.of(toString());
            case "IsZero" -> Optional.of(time.toEpochSecond() == -62_135_596_800L);
            default -> field(name);
        };
    }

    private Optional<Object> field(String name) {
        return switch (name) {
            case "Year" -> Optional.of((long) time.getYear());
            case "Month" -> Optional.of(time.getMonth().getDisplayName(TextStyle.FULL, Locale.ENGLISH));
            case "Day" -> Optional.of((long) time.getDayOfMonth());
            case "YearDay" -> Optional.of((long) time.getDayOfYear());
            case "Weekday" -> Optional.of(time.getDayOfWeek().getDisplayName(TextStyle.FULL, Locale.ENGLISH));
            case "Hour" -> Optional.of((long) time.getHour());
            case "Minute" -> Optional.of((long) time.getMinute());
            case "Second" -> Optional.of((long) time.getSecond());
            case "Nanosecond" -> Optional.of((long) time.getNano());
            default -> Optional.empty();
        };
    }

    private static String text(String name, List<Object> arguments) {
        if (arguments.size() == 1 && arguments.getFirst() instanceof String text) {
            return text;
        }
        throw new TemplateFailure("wrong number or type of args for " + name + ": want one string");
    }

    private static TemplateDuration duration(String name, List<Object> arguments) {
        if (arguments.size() == 1 && arguments.getFirst() instanceof TemplateDuration duration) {
            return duration;
        }
        throw new TemplateFailure("wrong number or type of args for " + name + ": want one duration");
    }

    private static TemplateTime moment(String name, List<Object> arguments) {
        if (arguments.size() == 1 && arguments.getFirst() instanceof TemplateTime moment) {
            return moment;
        }
        throw new TemplateFailure("wrong number or type of args for " + name + ": want one time");
    }

    @Override
    public String typeName() {
        return "*time.Time";
    }

    @Override
    public String toString() {
        return format(DEFAULT_LAYOUT);
    }
}
