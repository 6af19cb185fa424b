/// Tests of how samples are kept.
@NullMarked
package dev.belvedere.tsdb.options;

import org.jspecify.annotations.NullMarked;
