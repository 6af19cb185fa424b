package dev.belvedere.alerting.notify;

import dev.belvedere.alerting.notify.AlertmanagerConfig.Http;
import dev.belvedere.alerting.notify.AlertmanagerConfig.Webhook;
import dev.belvedere.model.Secret;
import dev.belvedere.platform.disk.Disk;
import dev.belvedere.platform.http.HttpTransport;
import dev.belvedere.platform.http.OutboundRequest;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// Posts notifications as JSON to a URL, in the form of Alertmanager's webhooks.
public final class WebhookNotifier implements Notifier {

    private static final long MAX_RESPONSE_BYTES = 64 * 1024;
    private static final int MAX_SECRET_BYTES = 64 * 1024;
    private static final int TOO_MANY_REQUESTS = 429;

    private final Webhook config;
    private final HttpTransport transport;
    private final Disk disk;

    public WebhookNotifier(Webhook config, HttpTransport transport, Disk disk) {
        this.config = config;
        this.transport = transport;
        this.disk = disk;
    }

    @Override
    public boolean sendsResolved() {
        return config.sendsResolved();
    }

    @Override
    public Delivery send(Notification notification) throws InterruptedException {
        OutboundRequest request;
        try {
            request = request(notification);
        } catch (IOException e) {
            return new Delivery.Postponed("a file with a secret cannot be read: " + e.getMessage());
        } catch (IllegalArgumentException e) {
            return new Delivery.Refused(String.valueOf(e.getMessage()));
        }
        try {
            return delivery(transport.send(request));
        } catch (IOException e) {
            // The URL may hold a secret: only the host is told.
            return new Delivery.Postponed("no answer from " + request.uri().getHost() + ": " + e.getMessage());
        }
    }

    private static Delivery delivery(OutboundRequest.Response response) {
        int status = response.status();
        if (status / 100 == 2) {
            return new Delivery.Sent();
        }
        String reason = "unexpected status code " + status;
        return status / 100 == 5 || status == TOO_MANY_REQUESTS
                ? new Delivery.Postponed(reason)
                : new Delivery.Refused(reason);
    }

    private OutboundRequest request(Notification notification) throws IOException {
        String url = secret(config.url(), config.urlFile());
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("content-type", "application/json");
        headers.put("user-agent", "belvedere");
        addAuthorization(headers);
        return new OutboundRequest(
                "POST",
                httpUri(url),
                headers,
                WebhookMessage.json(notification, config.maxAlerts()),
                Duration.ofMillis(config.timeoutMillis()),
                MAX_RESPONSE_BYTES,
                config.http().connection());
    }

    private void addAuthorization(Map<String, String> headers) throws IOException {
        Http http = config.http();
        if (!http.authorizationType().isEmpty()) {
            String credentials = secret(http.credentials(), http.credentialsFile());
            headers.put("authorization", http.authorizationType() + " " + credentials);
        } else if (!http.username().isEmpty()) {
            String pair = http.username() + ":" + secret(http.password(), http.passwordFile());
            String encoded = Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
            headers.put("authorization", "Basic " + encoded);
        }
    }

    private String secret(Secret given, Optional<Path> file) throws IOException {
        if (file.isEmpty()) {
            return given.reveal();
        }
        return new String(disk.readAll(file.get(), MAX_SECRET_BYTES), StandardCharsets.UTF_8).strip();
    }

    /// @throws IllegalArgumentException if the text is no URL of http or https
    static URI httpUri(String text) {
        URI uri;
        try {
            uri = URI.create(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("the webhook's url is no valid URL", e);
        }
        boolean isHttp = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
        if (!isHttp || uri.getHost() == null) {
            throw new IllegalArgumentException("the webhook's url must begin with http:// or https:// and a host");
        }
        return uri;
    }
}
