/// Downsampled windows of samples: made of blocks, kept in blocks, read as samples or as aggregates.
@NullMarked
package dev.belvedere.tsdb.rollup;

import org.jspecify.annotations.NullMarked;
