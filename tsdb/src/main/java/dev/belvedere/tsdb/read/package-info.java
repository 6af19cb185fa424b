/// Chunks from everywhere as series that appear once: for queries and for compaction.
@NullMarked
package dev.belvedere.tsdb.read;

import org.jspecify.annotations.NullMarked;
