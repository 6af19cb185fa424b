/// Bytes to and from the model, one package per protocol.
@NullMarked
package dev.belvedere.wire;

import org.jspecify.annotations.NullMarked;
