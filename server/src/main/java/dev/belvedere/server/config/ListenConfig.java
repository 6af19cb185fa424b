package dev.belvedere.server.config;

import dev.belvedere.api.http.HttpServerOptions;
import dev.belvedere.model.labels.AnchoredRegex;
import dev.belvedere.model.labels.InvalidRegexException;
import dev.belvedere.platform.yaml.YamlMap;
import dev.belvedere.platform.yaml.YamlNode;
import java.util.HashSet;
import java.util.Optional;

/// Section `server`: where Belvedere listens, and the limits of its HTTP server.
///
/// @param listen every face under its natural paths (`server.listen`)
/// @param otlpGrpc OpenTelemetry's gRPC port (`server.otlpGrpcListen`; empty turns it off)
/// @param otlpHttp OpenTelemetry's HTTP port (`server.otlpHttpListen`; empty turns it off)
/// @param zipkin Zipkin's port (`server.zipkinListen`; empty turns it off)
/// @param externalUrl how people reach the server (`server.externalUrl`); empty for the listen address
/// @param isUnauthenticatedAllowed whether a listener may be reachable from other machines although nobody has to
///     log in (`server.allowUnauthenticatedAccess`)
/// @param isAdminApiEnabled whether series can be deleted over HTTP (`server.adminApi`)
/// @param isWarmedUp whether the query path is exercised once after a start (`server.warmUp`)
/// @param http limits
public record ListenConfig(
        Listen listen,
        Listen otlpGrpc,
        Listen otlpHttp,
        Listen zipkin,
        String externalUrl,
        boolean isUnauthenticatedAllowed,
        boolean isAdminApiEnabled,
        boolean isWarmedUp,
        HttpServerOptions http) {

    /// One listener.
    ///
    /// @param name of the listener, in logs and on the status page
    /// @param address absent where it is turned off
    /// @param isRequired whether the server does not start without it: the main one, and whatever is configured
    public record Listen(String name, Optional<ListenAddress> address, boolean isRequired) {}

    static ListenConfig read(YamlMap section) {
        HttpServerOptions defaults = HttpServerOptions.DEFAULT;
        HttpServerOptions http = new HttpServerOptions(
                Math.toIntExact(
                        Math.min(Integer.MAX_VALUE - 8, section.byteSize("maxBodyBytes", defaults.maxBodyBytes()))),
                positive(section, "maxConnections", defaults.maxConnections()),
                positive(section, "maxConcurrentRequests", defaults.maxConcurrentRequests()),
                section.durationMillis("requestTimeout", defaults.requestTimeoutMillis()),
                section.durationMillis("idleTimeout", defaults.idleTimeoutMillis()),
                new HashSet<>(section.strings("allowedHosts")),
                corsOrigin(section));
        ListenConfig config = new ListenConfig(
                listen(section, "http", "listen", "127.0.0.1:9090", true),
                listen(section, "otlp-grpc", "otlpGrpcListen", "127.0.0.1:4317", false),
                listen(section, "otlp-http", "otlpHttpListen", "127.0.0.1:4318", false),
                listen(section, "zipkin", "zipkinListen", "127.0.0.1:9411", false),
                section.string("externalUrl", ""),
                section.bool("allowUnauthenticatedAccess", false),
                section.bool("adminApi", false),
                section.bool("warmUp", true),
                http);
        section.rejectUnknown();
        config.requireGuarded(section);
        return config;
    }

    private static Optional<AnchoredRegex> corsOrigin(YamlMap section) {
        String origin = section.string("corsOrigin", "");
        if (origin.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(AnchoredRegex.compile(origin));
        } catch (InvalidRegexException e) {
            throw section.require("corsOrigin").error(String.valueOf(e.getMessage()));
        }
    }

    private static int positive(YamlMap section, String key, int whenAbsent) {
        long value = section.integer(key, whenAbsent);
        if (value < 1 || value > Integer.MAX_VALUE) {
            throw section.require(key).error("expected a number of at least 1, found " + value);
        }
        return (int) value;
    }

    private static Listen listen(YamlMap section, String name, String key, String whenAbsent, boolean isRequired) {
        Optional<YamlNode> given = section.get(key);
        String text = given.map(YamlNode::string).orElse(whenAbsent);
        if (text.isEmpty()) {
            if (isRequired) {
                throw section.require(key).error("the main listener cannot be turned off");
            }
            return new Listen(name, Optional.empty(), false);
        }
        try {
            ListenAddress address = ListenAddress.parse(text);
            address.resolve();
            return new Listen(name, Optional.of(address), isRequired || given.isPresent());
        } catch (IllegalArgumentException e) {
            throw section.require(key).error(String.valueOf(e.getMessage()));
        }
    }

    /// Nobody has to log in yet, so that a listener other machines reach must be wanted by name.
    private void requireGuarded(YamlMap section) {
        for (Listen listen : new Listen[] {listen, otlpGrpc, otlpHttp, zipkin}) {
            ListenAddress address = listen.address().orElse(null);
            if (address != null && !address.isLoopback() && !isUnauthenticatedAllowed) {
                throw section.node()
                        .error("listener " + listen.name() + " on " + address
                                + " can be reached from other machines and nobody has to log in: listen on 127.0.0.1 behind"
                                + " a proxy that authenticates, or set server.allowUnauthenticatedAccess to true");
            }
        }
    }
}
