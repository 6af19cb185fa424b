/// Tests of the codecs.
@NullMarked
package dev.belvedere.tsdb.codec;

import org.jspecify.annotations.NullMarked;
