package dev.belvedere.scrape.client;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.belvedere.model.Secret;
import dev.belvedere.platform.http.ConnectionOptions;
import dev.belvedere.platform.http.HttpTransport;
import dev.belvedere.platform.http.OutboundRequest;
import dev.belvedere.platform.time.TimeSource;
import dev.belvedere.scrape.config.HttpClientConfig;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/// An access token by the client credentials flow (RFC 6749, section 4.4), asked for anew shortly before it expires.
final class OAuth2Token {

    private static final JsonFactory JSON = new JsonFactory();
    private static final int MAX_ANSWER_BYTES = 1 << 20;
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    /// How long before its end a token is not used any more.
    private static final long MARGIN_SECONDS = 10;

    private static final long DEFAULT_LIFETIME_SECONDS = 3600;

    private final HttpClientConfig.OAuth2 config;
    private final HttpTransport transport;
    private final TimeSource time;

    @GuardedBy("this")
    private Secret token = Secret.NONE;

    @GuardedBy("this")
    private long goodUntilNanos;

    private record Answer(Secret token, long lifetimeSeconds) {}

    OAuth2Token(HttpClientConfig.OAuth2 config, HttpTransport transport, TimeSource time) {
        this.config = config;
        this.transport = transport;
        this.time = time;
    }

    /// @param clientSecret as it stands now
    /// @param options how to reach the token's server
    synchronized Secret current(String clientSecret, ConnectionOptions options)
            throws IOException, InterruptedException {
        if (!token.isPresent() || time.nanoTime() - goodUntilNanos >= 0) {
            Answer answer = fetch(clientSecret, options);
            token = answer.token;
            goodUntilNanos =
                    time.nanoTime() + TimeUnit.SECONDS.toNanos(Math.max(1, answer.lifetimeSeconds - MARGIN_SECONDS));
        }
        return token;
    }

    private Answer fetch(String clientSecret, ConnectionOptions options) throws IOException, InterruptedException {
        Map<String, String> form = new TreeMap<>(config.endpointParams());
        form.put("grant_type", "client_credentials");
        if (!config.scopes().isEmpty()) {
            form.put("scope", String.join(" ", config.scopes()));
        }
        StringBuilder body = new StringBuilder();
        form.forEach((name, value) -> body.append(body.isEmpty() ? "" : "&")
                .append(encode(name))
                .append('=')
                .append(encode(value)));
        String pair = encode(config.clientId()) + ':' + encode(clientSecret);
        OutboundRequest.Response response = transport.send(new OutboundRequest(
                "POST",
                URI.create(config.tokenUrl()),
                Map.of(
                        "Content-Type", "application/x-www-form-urlencoded",
                        "Accept", "application/json",
                        "Authorization",
                                "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8))),
                body.toString().getBytes(StandardCharsets.UTF_8),
                TIMEOUT,
                MAX_ANSWER_BYTES,
                options));
        if (response.status() != 200) {
            throw new IOException(
                    "no OAuth 2.0 token: " + config.tokenUrl() + " answered HTTP status " + response.status());
        }
        return answer(response.body());
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private Answer answer(byte[] body) throws IOException {
        Secret found = Secret.NONE;
        long lifetime = DEFAULT_LIFETIME_SECONDS;
        try (JsonParser json = JSON.createParser(body)) {
            if (json.nextToken() == JsonToken.START_OBJECT) {
                while (json.nextToken() == JsonToken.FIELD_NAME) {
                    String name = json.currentName();
                    json.nextToken();
                    switch (name) {
                        case "access_token" -> found = new Secret(json.getValueAsString(""));
                        case "expires_in" -> lifetime = json.getValueAsLong(DEFAULT_LIFETIME_SECONDS);
                        default -> json.skipChildren();
                    }
                }
            }
        } catch (IOException e) {
            throw new IOException("no OAuth 2.0 token: " + config.tokenUrl() + " answered malformed JSON", e);
        }
        if (!found.isPresent()) {
            throw new IOException("no OAuth 2.0 token: " + config.tokenUrl() + " answered without access_token");
        }
        return new Answer(found, lifetime);
    }
}
