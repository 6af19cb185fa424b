package dev.belvedere.agent.push;

import dev.belvedere.model.Fault;
import dev.belvedere.model.OperationException;
import dev.belvedere.model.Secret;
import dev.belvedere.platform.http.ConnectionOptions;
import dev.belvedere.platform.http.HttpTransport;
import dev.belvedere.platform.http.OutboundRequest;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/// A server that takes telemetry over HTTP. Safe from any thread.
///
/// @param url of the server, without a path: `http://monitor:9090`
/// @param bearerToken absent for none
public record PushEndpoint(HttpTransport transport, URI url, Secret bearerToken) {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final long MAX_ANSWER_BYTES = 1 << 20;
    private static final int MAX_QUOTED = 200;

    /// Sends one request.
    ///
    /// @throws OperationException with the fault `USER` if the server will never take it, with `OVERLOAD` or
    ///     `DEPENDENCY` if it may later
    void post(String path, Map<String, String> headers, byte[] body) throws InterruptedException {
        Map<String, String> all = new TreeMap<>(headers);
        if (bearerToken.isPresent()) {
            all.put("authorization", "Bearer " + bearerToken.reveal());
        }
        URI target = url.resolve(path);
        OutboundRequest.Response response;
        try {
            response = transport.send(new OutboundRequest(
                    "POST", target, all, body, TIMEOUT, MAX_ANSWER_BYTES, ConnectionOptions.DEFAULT));
        } catch (IOException e) {
            throw new OperationException(
                    "push_failed", Fault.DEPENDENCY, target + " does not answer: " + e.getMessage(), e);
        }
        int status = response.status();
        if (status / 100 != 2) {
            boolean isForLater = status == 429 || status / 100 == 5;
            String said = new String(response.body(), StandardCharsets.UTF_8).strip();
            throw new OperationException(
                    "push_refused",
                    isForLater ? Fault.OVERLOAD : Fault.USER,
                    target + " answered " + status + ": " + said.substring(0, Math.min(MAX_QUOTED, said.length())));
        }
    }
}
