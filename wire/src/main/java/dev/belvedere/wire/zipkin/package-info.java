/// Zipkin's span formats.
@NullMarked
package dev.belvedere.wire.zipkin;

import org.jspecify.annotations.NullMarked;
