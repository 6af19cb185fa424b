package dev.belvedere.model.events;

import java.util.HexFormat;

/// 128 bits that name a trace; all zero names none.
public record TraceId(long high, long low) {

    public static final TraceId NONE = new TraceId(0, 0);

    private static final int HEX_DIGITS = 32;

    /// @param hex 1 to 32 hexadecimal digits; a shorter one (Zipkin's and Jaeger's 64-bit ids) is padded on the
    ///     left
    /// @throws IllegalArgumentException for anything else
    public static TraceId ofHex(String hex) {
        if (hex.isEmpty() || hex.length() > HEX_DIGITS) {
            throw new IllegalArgumentException("trace id must be 1 to 32 hexadecimal digits, got \"" + hex + "\"");
        }
        int split = Math.max(0, hex.length() - 16);
        long high = split == 0 ? 0 : HexFormat.fromHexDigitsToLong(hex, 0, split);
        return new TraceId(high, HexFormat.fromHexDigitsToLong(hex, split, hex.length()));
    }

    public boolean isPresent() {
        return (high | low) != 0;
    }

    /// 32 lower-case hexadecimal digits.
    public String hex() {
        HexFormat format = HexFormat.of();
        return format.toHexDigits(high) + format.toHexDigits(low);
    }

    @Override
    public String toString() {
        return hex();
    }
}
