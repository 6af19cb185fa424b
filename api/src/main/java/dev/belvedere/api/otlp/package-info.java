/// OpenTelemetry's protocol, received over HTTP and gRPC.
@NullMarked
package dev.belvedere.api.otlp;

import org.jspecify.annotations.NullMarked;
