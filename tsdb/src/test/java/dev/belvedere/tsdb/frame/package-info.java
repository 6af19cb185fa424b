/// Tests of the log's frames.
@NullMarked
package dev.belvedere.tsdb.frame;

import org.jspecify.annotations.NullMarked;
