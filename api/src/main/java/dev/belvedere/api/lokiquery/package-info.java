/// Loki's query API: lines, metrics of lines, labels and series.
@NullMarked
package dev.belvedere.api.lokiquery;

import org.jspecify.annotations.NullMarked;
