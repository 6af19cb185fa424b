package dev.belvedere.scrape;

import dev.belvedere.platform.http.EventLoop;
import dev.belvedere.platform.http.HttpTransport;
import dev.belvedere.platform.http.OutboundRequest;
import dev.belvedere.platform.http.RepeatedRequest;
import dev.belvedere.platform.http.ResponseTooLargeException;
import dev.belvedere.scrape.client.Credentials;
import dev.belvedere.scrape.config.EscapingScheme;
import dev.belvedere.scrape.config.ScrapeConfig;
import dev.belvedere.wire.exposition.ExpositionFormat;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;

/// Fetches expositions for one job.
final class ScrapeClient {

    /// An exposition, inflated.
    ///
    /// @param bytes the first `length` count; they may be lent
    record Exposition(byte[] bytes, int length, ExpositionFormat format) {

        Exposition copy() {
            return new Exposition(Arrays.copyOf(bytes, length), length, format);
        }

        Exposition in(ExpositionFormat other) {
            return new Exposition(bytes, length, other);
        }
    }

    /// No exposition is larger, whatever the configuration says: it is held in memory as a whole.
    static final long MAX_BODY_BYTES = 512L << 20;

    private static final byte[] NO_BODY = {};

    /// Of an exposition without a byte, whatever its content type: a target that has nothing to say is up.
    private static final ExpositionFormat NO_FORMAT = ExpositionFormat.TEXT_0_0_4;

    private final HttpTransport transport;
    private final ScrapeConfig config;
    private final Credentials credentials;
    private final Map<String, String> fixedHeaders;

    /// What was last made of a content type: it is the same next time.
    private String lastContentType = "";

    private ExpositionFormat lastFormat = ExpositionFormat.TEXT_0_0_4;

    ScrapeClient(ScrapeEnvironment environment, ScrapeConfig config) {
        this.transport = environment.transport();
        this.config = config;
        this.credentials =
                new Credentials(config.client(), environment.disk(), environment.transport(), environment.time());
        this.fixedHeaders = Map.of(
                "Accept",
                accept(config.settings().effectiveProtocols(), config.settings().escaping()),
                "Accept-Encoding",
                config.isCompressionEnabled() ? "gzip" : "identity",
                "User-Agent",
                environment.userAgent());
    }

    /// The formats with falling quality; the newer text formats say how other names are to be escaped.
    static String accept(List<ExpositionFormat> protocols, EscapingScheme escaping) {
        StringBuilder accept = new StringBuilder();
        int weight = ExpositionFormat.values().length + 1;
        for (ExpositionFormat format : protocols) {
            accept.append(format.mediaType());
            if (format.hasEscaping()) {
                accept.append(";escaping=").append(escaping.configName());
            }
            accept.append(";q=0.").append(weight--).append(',');
        }
        return accept.append("*/*;q=0.").append(weight).toString();
    }

    /// The body limit of the job, or what is bearable at all.
    long maxBodyBytes() {
        long limit = config.settings().limits().bodyBytes();
        return limit > 0 ? Math.min(limit, MAX_BODY_BYTES) : MAX_BODY_BYTES;
    }

    String tooLarge() {
        return "body_size_limit exceeded: more than " + maxBodyBytes() + " bytes";
    }

    /// The request for a target, if it is the same every time and goes in clear text.
    Optional<RepeatedRequest> repeated(ScrapeTarget target) {
        try {
            if (credentials.isConstant()) {
                OutboundRequest request = request(target);
                return RepeatedRequest.isPossible(request)
                        ? Optional.of(RepeatedRequest.of(request))
                        : Optional.empty();
            }
        } catch (IOException e) {
            // Every fetch will come to this, and says it.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return Optional.empty();
    }

    private OutboundRequest request(ScrapeTarget target) throws IOException, InterruptedException {
        Map<String, String> headers = new TreeMap<>(fixedHeaders);
        headers.putAll(credentials.headers());
        headers.put("X-Prometheus-Scrape-Timeout-Seconds", seconds(target.timeoutMillis()));
        return new OutboundRequest(
                "GET",
                target.url(),
                headers,
                NO_BODY,
                Duration.ofMillis(target.timeoutMillis()),
                maxBodyBytes(),
                credentials.options(target.url()));
    }

    /// Whether an answer sends the scrape elsewhere.
    boolean isRedirect(EventLoop.Answer answer) {
        return answer.status() >= 300
                && answer.status() < 400
                && config.client().followsRedirects()
                && !answer.header("location").isEmpty();
    }

    /// Blocks until the target has answered.
    ///
    /// @throws IOException if there is no usable answer; the message is shown as the target's last error
    Exposition fetch(ScrapeTarget target) throws IOException, InterruptedException {
        OutboundRequest.Response response = transport.send(request(target));
        return read(
                response.status(),
                response.header("content-type"),
                response.header("content-encoding"),
                response.body(),
                response.body().length);
    }

    /// @throws IOException as [#fetch]
    Exposition read(EventLoop.Answer answer) throws IOException {
        return read(
                answer.status(),
                answer.header("content-type"),
                answer.header("content-encoding"),
                answer.body(),
                answer.bodyLength());
    }

    private Exposition read(int status, String contentType, String encoding, byte[] body, int length)
            throws IOException {
        if (status != 200) {
            throw new IOException("server returned HTTP status " + status);
        }
        boolean isPlain = encoding.isEmpty() || encoding.equals("identity");
        if (!isPlain && !encoding.equals("gzip")) {
            throw new IOException("the target sent the unknown Content-Encoding \"" + encoding + "\"");
        }
        Exposition exposition = isPlain ? new Exposition(body, length, NO_FORMAT) : inflated(body, length);
        return exposition.length() == 0 ? exposition : exposition.in(formatOf(contentType));
    }

    private ExpositionFormat formatOf(String contentType) throws IOException {
        if (contentType.isEmpty() || !contentType.equals(lastContentType)) {
            lastFormat = format(contentType);
            lastContentType = contentType;
        }
        return lastFormat;
    }

    private static String seconds(long millis) {
        return millis % 1000 == 0 ? Long.toString(millis / 1000) : Double.toString(millis / 1000.0);
    }

    private ExpositionFormat format(String contentType) throws IOException {
        return ExpositionFormat.ofContentType(contentType)
                .or(config::fallbackProtocol)
                .orElseThrow(() -> new IOException(
                        contentType.isEmpty()
                                ? "the target sent no Content-Type and the job has no fallback_scrape_protocol"
                                : "the target sent the unknown Content-Type \"" + contentType
                                        + "\" and the job has no fallback_scrape_protocol"));
    }

    private Exposition inflated(byte[] body, int length) throws IOException {
        long max = maxBodyBytes();
        byte[] bytes = new byte[(int) Math.min(max, Math.max(8192L, 8L * length)) + 1];
        int size = 0;
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(body, 0, length), 8192)) {
            for (int read = in.read(bytes); read >= 0; read = in.read(bytes, size, bytes.length - size)) {
                size += read;
                if (size > max) {
                    throw new ResponseTooLargeException(max);
                }
                if (size == bytes.length) {
                    bytes = Arrays.copyOf(bytes, (int) Math.min(max + 1, 2L * size));
                }
            }
        }
        return new Exposition(bytes, size, NO_FORMAT);
    }
}
