package dev.belvedere.api.http;

import java.net.InetSocketAddress;

/// An address and what is served there.
///
/// @param name what the listener is for, in logs and the status page: `http`, `otlp-grpc`, `zipkin`
public record Listener(String name, InetSocketAddress address, Routes routes) {}
