/// Tests of the newest samples.
@NullMarked
package dev.belvedere.tsdb.head;

import org.jspecify.annotations.NullMarked;
