/// Zipkin's collector API, received.
@NullMarked
package dev.belvedere.api.zipkin;

import org.jspecify.annotations.NullMarked;
