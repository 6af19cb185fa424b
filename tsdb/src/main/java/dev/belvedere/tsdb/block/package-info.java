/// Immutable blocks: their bytes, their index, and how several become one.
@NullMarked
package dev.belvedere.tsdb.block;

import org.jspecify.annotations.NullMarked;
