/// Tests of the blocks and their index.
@NullMarked
package dev.belvedere.tsdb.block;

import org.jspecify.annotations.NullMarked;
