package dev.belvedere.wire.block;

import java.util.regex.Pattern;

/// Names of blocks: ULIDs, which are 48 bits of time and 80 random bits in Crockford's base 32, so that they sort by
/// time.
public final class BlockId {

    private static final String DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    private static final Pattern FORM = Pattern.compile("[0-7][0-9A-HJKMNP-TV-Z]{25}");
    private static final int TIME_DIGITS = 10;

    private BlockId() {}

    /// @param random 10 bytes
    public static String of(long millis, byte[] random) {
        if (random.length != 10) {
            throw new IllegalArgumentException("a ULID has 10 random bytes, got " + random.length);
        }
        StringBuilder id = new StringBuilder();
        for (int i = TIME_DIGITS - 1; i >= 0; i--) {
            id.append(DIGITS.charAt((int) (millis >>> 5 * i) & 31));
        }
        for (int bit = 0; bit < 80; bit += 5) {
            int at = bit / 8;
            int pair = (random[at] & 0xff) << 8 | (at < 9 ? random[at + 1] & 0xff : 0);
            id.append(DIGITS.charAt(pair >>> 11 - bit % 8 & 31));
        }
        return id.toString();
    }

    /// Whether a directory's name is that of a block.
    public static boolean isOne(String name) {
        return FORM.matcher(name).matches();
    }
}
