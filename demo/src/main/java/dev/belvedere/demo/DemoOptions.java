package dev.belvedere.demo;

import java.net.URI;

/// How the demo site runs.
///
/// @param server where it pushes OTLP and Loki to: `http://127.0.0.1:9090`
/// @param seed the same seed gives the same site
/// @param speed how much faster than usual incidents follow each other, at least 1
/// @param port of the scrape endpoints on loopback; 0 for any free one
public record DemoOptions(URI server, long seed, double speed, int port) {

    public static final long DEFAULT_SEED = 42;

    public static DemoOptions of(URI server) {
        return new DemoOptions(server, DEFAULT_SEED, 1, 0);
    }
}
