package dev.belvedere.eventdb.column;

import java.util.Arrays;

/// Looks for bytes in bytes.
public final class Substrings {

    private Substrings() {}

    /// Whether `wanted` stands anywhere in `bytes` from `start` to before `end`.
    public static boolean contains(byte[] bytes, int start, int end, byte[] wanted) {
        if (wanted.length == 0) {
            return true;
        }
        byte first = wanted[0];
        for (int at = start; at <= end - wanted.length; at++) {
            if (bytes[at] == first && Arrays.equals(bytes, at, at + wanted.length, wanted, 0, wanted.length)) {
                return true;
            }
        }
        return false;
    }
}
