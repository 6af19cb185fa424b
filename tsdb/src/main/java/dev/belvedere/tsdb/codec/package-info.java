/// Timestamps and samples as few bytes: integers, decimals, columns.
@NullMarked
package dev.belvedere.tsdb.codec;

import org.jspecify.annotations.NullMarked;
