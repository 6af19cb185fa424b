/// Samples, native histograms, exemplars and metadata of metrics.
@NullMarked
package dev.belvedere.model.metrics;

import org.jspecify.annotations.NullMarked;
