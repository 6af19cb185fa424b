/// Tests of merged chunks.
@NullMarked
package dev.belvedere.tsdb.read;

import org.jspecify.annotations.NullMarked;
