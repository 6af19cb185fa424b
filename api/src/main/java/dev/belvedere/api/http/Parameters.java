package dev.belvedere.api.http;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Decoded parameters of a query string or a form, each with all its values in order.
public final class Parameters {

    public static final Parameters NONE = new Parameters(Map.of());

    private static final int MAX_PARAMETERS = 10_000;

    private final Map<String, List<String>> values;

    private Parameters(Map<String, List<String>> values) {
        this.values = values;
    }

    /// @param encoded `a=b&c=d`, percent-encoded
    /// @throws InvalidRequestException for a broken escape, and for more parameters than any caller needs
    public static Parameters parse(String encoded) {
        if (encoded.isEmpty()) {
            return NONE;
        }
        Map<String, List<String>> values = new LinkedHashMap<>();
        int count = 0;
        int at = 0;
        while (at <= encoded.length()) {
            int end = encoded.indexOf('&', at);
            end = end < 0 ? encoded.length() : end;
            if (end > at) {
                if (++count > MAX_PARAMETERS) {
                    throw new InvalidRequestException("more than " + MAX_PARAMETERS + " parameters");
                }
                int equals = encoded.indexOf('=', at);
                boolean hasValue = equals >= 0 && equals < end;
                String name = decode(encoded.substring(at, hasValue ? equals : end));
                String value = hasValue ? decode(encoded.substring(equals + 1, end)) : "";
                values.computeIfAbsent(name, key -> new ArrayList<>(1)).add(value);
            }
            at = end + 1;
        }
        return new Parameters(values);
    }

    private static String decode(String text) {
        if (text.indexOf('%') < 0 && text.indexOf('+') < 0) {
            return text;
        }
        byte[] bytes = new byte[text.length()];
        int count = decode(text, bytes);
        if (count >= 0) {
            return new String(bytes, 0, count, StandardCharsets.UTF_8);
        }
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new InvalidRequestException(
                    "a parameter has a broken percent escape in \"" + text + "\": write %25 for a percent sign");
        }
    }

    /// Decodes ASCII with whole escapes, as all clients send it.
    ///
    /// @return how many bytes it makes; -1 where the text is anything else
    private static int decode(String text, byte[] into) {
        int count = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '%') {
                int high = i + 2 < text.length() ? Character.digit(text.charAt(i + 1), 16) : -1;
                int low = high < 0 ? -1 : Character.digit(text.charAt(i + 2), 16);
                if (low < 0) {
                    return -1;
                }
                into[count++] = (byte) (high << 4 | low);
                i += 2;
            } else if (c < 0x80) {
                into[count++] = (byte) (c == '+' ? ' ' : c);
            } else {
                return -1;
            }
        }
        return count;
    }

    /// The parameters of both; for a name in both, the values of `this` come first.
    public Parameters and(Parameters other) {
        if (values.isEmpty() || other.values.isEmpty()) {
            return values.isEmpty() ? other : this;
        }
        Map<String, List<String>> merged = new LinkedHashMap<>();
        values.forEach((name, list) -> merged.put(name, new ArrayList<>(list)));
        other.values.forEach((name, list) ->
                merged.computeIfAbsent(name, key -> new ArrayList<>()).addAll(list));
        return new Parameters(merged);
    }

    /// All of them but some, as a text that is the same for the same names and values in the same order.
    ///
    /// @param except names that are left out
    public String text(Set<String> except) {
        StringBuilder text = new StringBuilder();
        for (Map.Entry<String, List<String>> entry : values.entrySet()) {
            if (!except.contains(entry.getKey())) {
                for (String value : entry.getValue()) {
                    text.append(entry.getKey()).append('=').append(value).append('&');
                }
            }
        }
        return text.toString();
    }

    /// The first value, `""` where the parameter is absent.
    public String first(String name) {
        List<String> all = values.get(name);
        return all == null ? "" : all.getFirst();
    }

    /// The first value that is not empty.
    public Optional<String> get(String name) {
        for (String value : all(name)) {
            if (!value.isEmpty()) {
                return Optional.of(value);
            }
        }
        return Optional.empty();
    }

    public List<String> all(String name) {
        return values.getOrDefault(name, List.of());
    }
}
