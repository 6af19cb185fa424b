/// Loki's push protocol, as protobuf and as JSON.
@NullMarked
package dev.belvedere.wire.loki;

import org.jspecify.annotations.NullMarked;
