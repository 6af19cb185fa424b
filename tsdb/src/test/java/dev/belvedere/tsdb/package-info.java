/// Tests of the metrics engine.
@NullMarked
package dev.belvedere.tsdb;

import org.jspecify.annotations.NullMarked;
