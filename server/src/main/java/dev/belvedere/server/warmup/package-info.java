/// Exercising the query path once after a start, so that the first questions of people meet compiled code.
@NullMarked
package dev.belvedere.server.warmup;

import org.jspecify.annotations.NullMarked;
