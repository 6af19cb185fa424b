/// Tests of finding series.
@NullMarked
package dev.belvedere.tsdb.index;

import org.jspecify.annotations.NullMarked;
