/// OpenTelemetry's protocol, as protobuf and as JSON, and its translation to the model.
@NullMarked
package dev.belvedere.wire.otlp;

import org.jspecify.annotations.NullMarked;
