/// JSON bodies, read as a stream within limits.
@NullMarked
package dev.belvedere.wire.json;

import org.jspecify.annotations.NullMarked;
