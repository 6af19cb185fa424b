/// Arithmetic on native histograms: what it means to add, compare, trim and ask them for quantiles.
@NullMarked
package dev.belvedere.promql.histogram;

import org.jspecify.annotations.NullMarked;
