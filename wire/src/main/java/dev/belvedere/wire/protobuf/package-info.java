/// Protocol buffers' encoding, read from and written to byte arrays by hand.
@NullMarked
package dev.belvedere.wire.protobuf;

import org.jspecify.annotations.NullMarked;
