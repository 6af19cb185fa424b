/// Tests of one partition.
@NullMarked
package dev.belvedere.tsdb.partition;

import org.jspecify.annotations.NullMarked;
