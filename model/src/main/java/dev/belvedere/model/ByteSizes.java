package dev.belvedere.model;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Sizes as Prometheus' configuration writes them: `10MB`, `1GiB`, `512`; every unit is a power of 1024.
public final class ByteSizes {

    private static final Pattern FORM = Pattern.compile("(\\d+(?:\\.\\d+)?)\\s*([KMGTPE]?)I?B?");
    private static final String PREFIXES = "KMGTPE";

    private ByteSizes() {}

    /// @throws IllegalArgumentException for anything of another form, or beyond what a long holds
    public static long parse(String text) {
        Matcher matcher = FORM.matcher(text.strip().toUpperCase(Locale.ROOT));
        if (!matcher.matches()) {
            throw new IllegalArgumentException("not a size: \"" + text + "\" (write for example 10MB)");
        }
        int power = matcher.group(2).isEmpty() ? 0 : PREFIXES.indexOf(matcher.group(2)) + 1;
        double bytes = Double.parseDouble(matcher.group(1)) * Math.pow(1024, power);
        if (bytes > Long.MAX_VALUE) {
            throw new IllegalArgumentException("size out of range: \"" + text + "\"");
        }
        return (long) bytes;
    }
}
