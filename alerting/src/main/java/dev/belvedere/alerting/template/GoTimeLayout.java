package dev.belvedere.alerting.template;

import java.time.ZonedDateTime;
import java.time.format.TextStyle;
import java.util.List;
import java.util.Locale;

/// Formats moments by Go's layouts, in which every part is written as it would be at
/// `Mon Jan 2 15:04:05 MST 2006`.
final class GoTimeLayout {

    /// Longest first where one begins with another.
    private static final List<String> PARTS = List.of(
            "January",
            "Jan",
            "Monday",
            "Mon",
            "MST",
            "2006",
            "Z07:00:00",
            "-07:00:00",
            "Z070000",
            "-070000",
            "Z07:00",
            "-07:00",
            "Z0700",
            "-0700",
            "Z07",
            "-07",
            "01",
            "02",
            "002",
            "03",
            "04",
            "05",
            "06",
            "__2",
            "_2",
            "15",
            "PM",
            "pm",
            "1",
            "2",
            "3",
            "4",
            "5");

    private GoTimeLayout() {}

    static String format(ZonedDateTime time, String layout) {
        StringBuilder text = new StringBuilder();
        int at = 0;
        while (at < layout.length()) {
            int fraction = fractionLength(layout, at);
            if (fraction > 0) {
                text.append(fraction(time, layout.charAt(at), layout.charAt(at + 1), fraction - 1));
                at += fraction;
                continue;
            }
            String part = partAt(layout, at);
            if (part.isEmpty()) {
                text.append(layout.charAt(at++));
            } else {
                text.append(value(time, part));
                at += part.length();
            }
        }
        return text.toString();
    }

    private static String partAt(String layout, int at) {
        if (layout.startsWith("002", at)) {
            return "002";
        }
        for (String part : PARTS) {
            boolean isWord = layout.startsWith(part, at);
            boolean isOtherWord = part.equals("Jan") && isLowerCaseAt(layout, at + 3)
                    || part.equals("Mon") && isLowerCaseAt(layout, at + 3);
            if (isWord && !isOtherWord) {
                return part;
            }
        }
        return "";
    }

    private static boolean isLowerCaseAt(String text, int at) {
        return at < text.length() && text.charAt(at) >= 'a' && text.charAt(at) <= 'z';
    }

    /// `.000`, `,999` and so on, not followed by another digit; 0 for none.
    private static int fractionLength(String layout, int at) {
        char point = layout.charAt(at);
        if (point != '.' && point != ',' || at + 1 >= layout.length()) {
            return 0;
        }
        char digit = layout.charAt(at + 1);
        if (digit != '0' && digit != '9') {
            return 0;
        }
        int end = at + 1;
        while (end < layout.length() && layout.charAt(end) == digit) {
            end++;
        }
        boolean isFollowedByDigit = end < layout.length() && Character.digit(layout.charAt(end), 10) >= 0;
        return isFollowedByDigit ? 0 : end - at;
    }

    private static String fraction(ZonedDateTime time, char point, char digit, int digits) {
        String nanos = "%09d".formatted(time.getNano());
        String shown = nanos.substring(0, Math.min(digits, nanos.length()));
        if (digit == '9') {
            shown = shown.replaceAll("0+$", "");
            return shown.isEmpty() ? "" : point + shown;
        }
        return point + shown;
    }

    private static String value(ZonedDateTime time, String part) {
        int hour12 = time.getHour() % 12 == 0 ? 12 : time.getHour() % 12;
        return switch (part) {
            case "January" -> time.getMonth().getDisplayName(TextStyle.FULL, Locale.ENGLISH);
            case "Jan" -> time.getMonth().getDisplayName(TextStyle.SHORT, Locale.ENGLISH);
            case "Monday" -> time.getDayOfWeek().getDisplayName(TextStyle.FULL, Locale.ENGLISH);
            case "Mon" -> time.getDayOfWeek().getDisplayName(TextStyle.SHORT, Locale.ENGLISH);
            case "MST" -> zoneName(time);
            case "2006" -> "%04d".formatted(time.getYear());
            case "06" -> "%02d".formatted(Math.floorMod(time.getYear(), 100));
            case "01" -> "%02d".formatted(time.getMonthValue());
            case "1" -> Integer.toString(time.getMonthValue());
            case "02" -> "%02d".formatted(time.getDayOfMonth());
            case "_2" -> "%2d".formatted(time.getDayOfMonth());
            case "2" -> Integer.toString(time.getDayOfMonth());
            case "002" -> "%03d".formatted(time.getDayOfYear());
            case "__2" -> "%3d".formatted(time.getDayOfYear());
            case "15" -> "%02d".formatted(time.getHour());
            case "03" -> "%02d".formatted(hour12);
            case "3" -> Integer.toString(hour12);
            case "04" -> "%02d".formatted(time.getMinute());
            case "4" -> Integer.toString(time.getMinute());
            case "05" -> "%02d".formatted(time.getSecond());
            case "5" -> Integer.toString(time.getSecond());
            case "PM" -> time.getHour() >= 12 ? "PM" : "AM";
            case "pm" -> time.getHour() >= 12 ? "pm" : "am";
            default -> offset(time, part);
        };
    }

    private static String zoneName(ZonedDateTime time) {
        return time.getOffset().getTotalSeconds() == 0
                ? "UTC"
                : time.getZone().getDisplayName(TextStyle.SHORT, Locale.ENGLISH);
    }

    private static String offset(ZonedDateTime time, String part) {
        int seconds = time.getOffset().getTotalSeconds();
        if (seconds == 0 && part.startsWith("Z")) {
            return "Z";
        }
        String colon = part.contains(":") ? ":" : "";
        int magnitude = Math.abs(seconds);
        StringBuilder text = new StringBuilder(seconds < 0 ? "-" : "+").append("%02d".formatted(magnitude / 3600));
        if (part.length() > 3) {
            text.append(colon).append("%02d".formatted(magnitude / 60 % 60));
        }
        if (part.length() >= 7 && (colon.isEmpty() || part.length() == 9)) {
            text.append(colon).append("%02d".formatted(magnitude % 60));
        }
        return text.toString();
    }
}
