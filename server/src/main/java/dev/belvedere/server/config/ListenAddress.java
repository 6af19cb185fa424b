package dev.belvedere.server.config;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

/// Where a listener binds. An empty host means every address, as in Prometheus' `:9090`.
public record ListenAddress(String host, int port) {

    private static final int MAX_PORT = 65_535;

    /// @param text `HOST:PORT`, `[V6]:PORT` or `:PORT`
    /// @throws IllegalArgumentException for anything else
    public static ListenAddress parse(String text) {
        int colon = text.lastIndexOf(':');
        String host = colon < 0 ? "" : text.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        } else if (host.contains(":")) {
            throw new IllegalArgumentException("write an IPv6 address in brackets: [" + host + "]:PORT");
        }
        try {
            int port = Integer.parseInt(text.substring(colon + 1));
            if (colon < 0 || port < 0 || port > MAX_PORT) {
                throw new NumberFormatException();
            }
            return new ListenAddress(host, port);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("expected HOST:PORT, found \"" + text + "\"", e);
        }
    }

    /// @throws IllegalArgumentException for a host that has no address
    public InetSocketAddress resolve() {
        try {
            InetAddress address = host.isEmpty() ? InetAddress.getByName("0.0.0.0") : InetAddress.getByName(host);
            return new InetSocketAddress(address, port);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("host \"" + host + "\" has no address", e);
        }
    }

    public boolean isLoopback() {
        return resolve().getAddress().isLoopbackAddress();
    }

    @Override
    public String toString() {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
}
