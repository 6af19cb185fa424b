/// Rows of one target: a column of timestamps and a column of samples per series.
@NullMarked
package dev.belvedere.tsdb.chunk;

import org.jspecify.annotations.NullMarked;
