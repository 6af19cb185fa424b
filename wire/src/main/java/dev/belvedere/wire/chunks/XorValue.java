package dev.belvedere.wire.chunks;

/// A float whose next value is written as its difference in bits. The window of bits that differ is kept while the
/// differences fit into it.
final class XorValue {

    private static final int MAX_LEADING = 31;
    private static final int NO_WINDOW = 0xff;

    private long bits;
    private int leading = NO_WINDOW;
    private int trailing;

    double value() {
        return Double.longBitsToDouble(bits);
    }

    void set(double value) {
        bits = Double.doubleToRawLongBits(value);
    }

    void write(BitWriter out, double next) {
        long nextBits = Double.doubleToRawLongBits(next);
        long difference = nextBits ^ bits;
        bits = nextBits;
        if (difference == 0) {
            out.bit(false);
            return;
        }
        int newLeading = Math.min(Long.numberOfLeadingZeros(difference), MAX_LEADING);
        int newTrailing = Long.numberOfTrailingZeros(difference);
        if (leading != NO_WINDOW && newLeading >= leading && newTrailing >= trailing) {
            out.bits(0b10, 2);
            out.bits(difference >>> trailing, 64 - leading - trailing);
            return;
        }
        leading = newLeading;
        trailing = newTrailing;
        int significant = 64 - leading - trailing;
        out.bits(0b11, 2);
        out.bits(leading, 5);
        // 64 has no place in six bits and 0 never occurs, so that 0 stands for 64.
        out.bits(significant & 63, 6);
        out.bits(difference >>> trailing, significant);
    }

    double read(BitReader in) {
        return in.bit() ? readDifference(in) : value();
    }

    /// What follows the bit that says that there is a difference.
    double readDifference(BitReader in) {
        if (in.bit()) {
            readWindow(in);
        }
        return readSignificant(in);
    }

    void readWindow(BitReader in) {
        int newLeading = (int) in.bits(5);
        int significant = (int) in.bits(6);
        significant = significant == 0 ? 64 : significant;
        if (newLeading + significant > 64) {
            throw in.malformed("a value has " + significant + " bits behind " + newLeading + " zeros");
        }
        leading = newLeading;
        trailing = 64 - leading - significant;
    }

    double readSignificant(BitReader in) {
        if (leading == NO_WINDOW) {
            throw in.malformed("a value uses a window that was never set");
        }
        bits ^= in.bits(64 - leading - trailing) << trailing;
        return value();
    }
}
