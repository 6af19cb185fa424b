package dev.belvedere.tsdb.codec;

/// A column of doubles as the integers behind them: finds the lowest scale that expresses all but a few of the
/// values, or takes their bits.
///
/// Nearly always the first few values show the scale, so each value is multiplied, rounded and compared once, and
/// divided only above scale 0; what came before the scale was found is done again. Not safe for concurrent use.
final class DecimalColumn {

    private int scale;
    private int exceptions;

    /// Of the values that were scaled last, those that no scale expresses.
    private int strays;

    /// The same of values that need not be decimal, however decimal their neighbours are.
    private int specials;

    /// @param into takes an integer for each value; where the scale does not express it, the one before
    void write(double[] values, int count, long[] into) {
        if (!writeScaled(values, count, into)) {
            scale = DecimalScale.BITS;
            exceptions = 0;
            for (int i = 0; i < count; i++) {
                into[i] = Double.doubleToRawLongBits(values[i]);
            }
        }
    }

    int scale() {
        return scale;
    }

    /// How many values the scale does not express.
    int exceptions() {
        return exceptions;
    }

    private boolean writeScaled(double[] values, int count, long[] into) {
        int strayLimit = count / 16;
        int straysMet = 0;
        useScale(0);
        int from = 0;
        int at = fill(values, 0, count, into);
        while (at < count) {
            int higher = lowestScale(values[at]);
            if (higher <= DecimalScale.MAX) {
                useScale(higher);
                from = at;
            } else {
                straysMet += countException(values[at]) ? 1 : 0;
                if (straysMet > strayLimit) {
                    return false;
                }
                into[at] = at == 0 ? 0 : into[at - 1];
                at++;
            }
            at = fill(values, at, count, into);
        }
        for (int again = fill(values, 0, from, into); again < from; again = fill(values, again + 1, from, into)) {
            countException(values[again]);
            into[again] = again == 0 ? 0 : into[again - 1];
        }
        exceptions = strays + specials;
        return strays <= strayLimit && specials <= count / 2;
    }

    private void useScale(int newScale) {
        scale = newScale;
        strays = 0;
        specials = 0;
    }

    /// Writes integers up to the first value that the scale does not express.
    ///
    /// @return where that value is, or `to`
    private int fill(double[] values, int from, int to, long[] into) {
        if (scale == 0) {
            return fillWhole(values, from, to, into);
        }
        double power = DecimalScale.power(scale);
        for (int i = from; i < to; i++) {
            double integer = Math.rint(values[i] * power);
            if (!DecimalScale.isExact(values[i], integer, integer / power)) {
                return i;
            }
            into[i] = (long) integer;
        }
        return to;
    }

    private static int fillWhole(double[] values, int from, int to, long[] into) {
        for (int i = from; i < to; i++) {
            long integer = (long) values[i];
            if (!DecimalScale.isWhole(values[i], integer)) {
                return i;
            }
            into[i] = integer;
        }
        return to;
    }

    /// The lowest scale above the present one that expresses a value; more than [DecimalScale#MAX] if none does.
    private int lowestScale(double value) {
        int higher = scale + 1;
        while (higher <= DecimalScale.MAX && !DecimalScale.isExact(value, higher)) {
            higher++;
        }
        return higher;
    }

    /// @return whether it is a stray
    private boolean countException(double value) {
        boolean isSpecial = Double.isNaN(value) || Double.isInfinite(value) || value == 0;
        if (isSpecial) {
            specials++;
        } else {
            strays++;
        }
        return !isSpecial;
    }
}
