/// Tests of the warm-up.
@NullMarked
package dev.belvedere.server.warmup;

import org.jspecify.annotations.NullMarked;
