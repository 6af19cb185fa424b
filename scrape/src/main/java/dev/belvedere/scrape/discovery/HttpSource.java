package dev.belvedere.scrape.discovery;

import dev.belvedere.platform.http.HttpTransport;
import dev.belvedere.platform.http.OutboundRequest;
import dev.belvedere.scrape.client.Credentials;
import dev.belvedere.scrape.config.DiscoveryConfig;
import dev.belvedere.scrape.config.TargetGroup;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/// A server that answers a GET with target groups in JSON.
final class HttpSource implements TargetSource {

    private static final long MAX_ANSWER_BYTES = 64L << 20;
    private static final byte[] NO_BODY = {};

    private final DiscoveryConfig.FromHttp config;
    private final HttpTransport transport;
    private final Credentials credentials;
    private final String userAgent;

    HttpSource(DiscoveryConfig.FromHttp config, Discovery.Environment environment) {
        this.config = config;
        this.transport = environment.transport();
        this.credentials =
                new Credentials(config.client(), environment.disk(), environment.transport(), environment.time());
        this.userAgent = environment.userAgent();
    }

    @Override
    public List<TargetGroup> poll() throws IOException, InterruptedException {
        Map<String, String> headers = new TreeMap<>(credentials.headers());
        headers.put("Accept", "application/json");
        headers.put("User-Agent", userAgent);
        headers.put("X-Prometheus-Refresh-Interval-Seconds", Double.toString(config.refreshMillis() / 1000.0));
        OutboundRequest.Response response = transport.send(new OutboundRequest(
                "GET",
                config.url(),
                headers,
                NO_BODY,
                Duration.ofMillis(config.refreshMillis()),
                MAX_ANSWER_BYTES,
                credentials.options(config.url())));
        if (response.status() != 200) {
            throw new IOException("server returned HTTP status " + response.status());
        }
        String contentType = response.header("content-type").toLowerCase(Locale.ROOT);
        if (!contentType.startsWith("application/json")) {
            throw new IOException("unsupported content type \"" + contentType + "\", expected application/json");
        }
        List<TargetGroup> groups = new ArrayList<>();
        for (TargetGroup group :
                JsonTargetGroups.read(response.body(), config.url().toString())) {
            groups.add(new TargetGroup(
                    group.source(),
                    group.addresses(),
                    group.labels().with("__meta_url", config.url().toString())));
        }
        return groups;
    }

    @Override
    public long intervalMillis() {
        return config.refreshMillis();
    }
}
