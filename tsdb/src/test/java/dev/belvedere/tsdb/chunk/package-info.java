/// Tests of chunks.
@NullMarked
package dev.belvedere.tsdb.chunk;

import org.jspecify.annotations.NullMarked;
