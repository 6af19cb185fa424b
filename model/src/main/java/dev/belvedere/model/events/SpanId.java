package dev.belvedere.model.events;

import java.util.HexFormat;

/// 64 bits that name a span within its trace; zero names none.
public record SpanId(long bits) {

    public static final SpanId NONE = new SpanId(0);

    /// @param hex 1 to 16 hexadecimal digits
    /// @throws IllegalArgumentException for anything else
    public static SpanId ofHex(String hex) {
        if (hex.isEmpty() || hex.length() > 16) {
            throw new IllegalArgumentException("span id must be 1 to 16 hexadecimal digits, got \"" + hex + "\"");
        }
        return new SpanId(HexFormat.fromHexDigitsToLong(hex));
    }

    public boolean isPresent() {
        return bits != 0;
    }

    /// 16 lower-case hexadecimal digits.
    public String hex() {
        return HexFormat.of().toHexDigits(bits);
    }

    @Override
    public String toString() {
        return hex();
    }
}
