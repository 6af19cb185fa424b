package dev.belvedere.promql.histogram;

/// Adds floats with the error of each addition kept aside (Kahan's summation in Neumaier's form), so
/// that the order of the terms hardly matters.
///
/// An overflow drops the error: infinity has none.
public final class CompensatedSum {

    private double sum;
    private double compensation;

    public void reset(double start) {
        sum = start;
        compensation = 0;
    }

    /// Goes on from a sum whose error is known.
    public void resume(double knownSum, double knownCompensation) {
        sum = knownSum;
        compensation = knownCompensation;
    }

    public void add(double term) {
        double total = sum + term;
        compensation = compensationAfter(term, sum, compensation, total);
        sum = total;
    }

    /// The error kept beside a sum after adding a term.
    ///
    /// @param total `sum + term`
    public static double compensationAfter(double term, double sum, double compensation, double total) {
        if (Math.abs(total) > Double.MAX_VALUE) {
            return 0;
        }
        // Knuth's form of the error: as exact as Neumaier's, without asking which of the two is larger.
        double added = total - sum;
        return compensation + ((sum - (total - added)) + (term - added));
    }

    /// The sum without its error.
    public double sum() {
        return sum;
    }

    public double compensation() {
        return compensation;
    }

    /// Adds a term without looking at the error.
    void addPlain(double term) {
        sum += term;
    }

    public void scale(double factor) {
        sum *= factor;
        compensation *= factor;
    }

    public void divide(double divisor) {
        sum /= divisor;
        compensation = compensation == 0 ? 0 : compensation / divisor;
    }

    void copyFrom(CompensatedSum other) {
        sum = other.sum;
        compensation = other.compensation;
    }

    /// Puts the error into the sum.
    void settle() {
        if (compensation != 0) {
            sum += compensation;
            compensation = 0;
        }
    }

    public double result() {
        return sum + compensation;
    }
}
