package dev.belvedere.promql.syntax;

import dev.belvedere.model.labels.LabelMatcher;
import java.util.List;

/// The newest sample of each matching series: `x{job="a"} offset 5m`.
///
/// @param name the metric's name as written before the braces; empty if there was none
/// @param matchers all conditions, that on `__name__` last where `name` is not empty
public record VectorSelector(
        String name, List<LabelMatcher> matchers, TimeShift shift, Extension extension, PositionRange position)
        implements Expr {

    /// How a selector treats the edges of its range.
    public enum Extension {
        NONE,
        /// Samples at or before the start of the range stand for its first value.
        ANCHORED,
        /// Values at the edges are interpolated between the samples around them.
        SMOOTHED
    }

    public VectorSelector {
        matchers = List.copyOf(matchers);
    }

    @Override
    public ValueType type() {
        return ValueType.VECTOR;
    }

    @Override
    public List<Expr> children() {
        return List.of();
    }

    VectorSelector withShift(TimeShift changed) {
        return new VectorSelector(name, matchers, changed, extension, position);
    }

    VectorSelector withExtension(Extension changed) {
        return new VectorSelector(name, matchers, shift, changed, position);
    }

    VectorSelector endingAt(int end) {
        return new VectorSelector(name, matchers, shift, extension, position.endingAt(end));
    }

    @Override
    public String toString() {
        return Printer.print(this);
    }
}
