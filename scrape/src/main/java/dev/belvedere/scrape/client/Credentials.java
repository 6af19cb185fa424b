package dev.belvedere.scrape.client;

import dev.belvedere.model.Secret;
import dev.belvedere.platform.disk.Disk;
import dev.belvedere.platform.http.ConnectionOptions;
import dev.belvedere.platform.http.HttpTransport;
import dev.belvedere.platform.time.TimeSource;
import dev.belvedere.scrape.config.HttpClientConfig;
import dev.belvedere.scrape.config.TlsConfig;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Turns client settings into the headers and connection options of one request. Files are read every time, so that
/// a changed password or certificate holds from the next request on.
public final class Credentials {

    private static final int MAX_FILE_BYTES = 1 << 20;

    private final HttpClientConfig config;
    private final Disk disk;
    private final ProxyChoice proxies;
    private final Optional<OAuth2Token> oauth2;

    public Credentials(HttpClientConfig config, Disk disk, HttpTransport transport, TimeSource time) {
        this.config = config;
        this.disk = disk;
        this.proxies = new ProxyChoice(config.proxy(), System.getenv());
        this.oauth2 = config.oauth2().map(settings -> new OAuth2Token(settings, transport, time));
    }

    /// Whether [#headers] says the same every time, without looking anything up.
    public boolean isConstant() {
        boolean isBasicGiven = config.basicAuth()
                .map(basic ->
                        basic.usernameFile().isEmpty() && basic.passwordFile().isEmpty())
                .orElse(true);
        boolean isAuthorizationGiven = config.authorization()
                .map(authorization -> authorization.credentialsFile().isEmpty())
                .orElse(true);
        return oauth2.isEmpty()
                && isBasicGiven
                && isAuthorizationGiven
                && config.headers().values().stream()
                        .allMatch(header -> header.files().isEmpty());
    }

    /// @throws IOException if a file or a token cannot be had
    public Map<String, String> headers() throws IOException, InterruptedException {
        Map<String, String> headers = new TreeMap<>();
        for (Map.Entry<String, HttpClientConfig.Header> entry : config.headers().entrySet()) {
            StringBuilder value = new StringBuilder();
            for (String part : entry.getValue().values()) {
                value.append(value.isEmpty() ? "" : ", ").append(part);
            }
            for (Secret part : entry.getValue().secrets()) {
                value.append(value.isEmpty() ? "" : ", ").append(part.reveal());
            }
            for (String file : entry.getValue().files()) {
                value.append(value.isEmpty() ? "" : ", ").append(text(file).strip());
            }
            headers.put(entry.getKey(), value.toString());
        }
        if (config.basicAuth().isPresent()) {
            HttpClientConfig.BasicAuth basic = config.basicAuth().get();
            String user = basic.usernameFile().isEmpty()
                    ? basic.username()
                    : text(basic.usernameFile()).strip();
            String pair = user + ':' + secret(basic.password(), basic.passwordFile());
            headers.put(
                    "Authorization",
                    "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8)));
        }
        if (config.authorization().isPresent()) {
            HttpClientConfig.Authorization authorization =
                    config.authorization().get();
            headers.put(
                    "Authorization",
                    authorization.type() + ' ' + secret(authorization.credentials(), authorization.credentialsFile()));
        }
        if (oauth2.isPresent()) {
            HttpClientConfig.OAuth2 settings = config.oauth2().orElseThrow();
            ConnectionOptions options = new ConnectionOptions(true, true, "", Map.of(), tls(settings.tls()));
            String clientSecret = secret(settings.clientSecret(), settings.clientSecretFile());
            headers.put(
                    "Authorization",
                    "Bearer " + oauth2.get().current(clientSecret, options).reveal());
        }
        return headers;
    }

    private String secret(Secret given, String file) throws IOException {
        return file.isEmpty() ? given.reveal() : text(file).strip();
    }

    private String text(String file) throws IOException {
        try {
            return new String(disk.readAll(Path.of(file), MAX_FILE_BYTES), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IOException("cannot read " + file + ": " + e.getMessage(), e);
        }
    }

    public ConnectionOptions options(URI target) throws IOException {
        return new ConnectionOptions(
                config.followsRedirects(),
                config.isHttp2Allowed(),
                proxies.proxyOf(target),
                config.proxy().connectHeaders(),
                tls(config.tls()));
    }

    private Optional<ConnectionOptions.TlsOptions> tls(TlsConfig tls) throws IOException {
        if (tls.equals(TlsConfig.DEFAULT)) {
            return Optional.empty();
        }
        return Optional.of(new ConnectionOptions.TlsOptions(
                tls.caFile().isEmpty() ? tls.ca() : text(tls.caFile()),
                tls.certificateFile().isEmpty() ? tls.certificate() : text(tls.certificateFile()),
                tls.keyFile().isEmpty() ? tls.key() : new Secret(text(tls.keyFile())),
                tls.serverName(),
                tls.isVerificationSkipped(),
                tls.javaMinVersion()));
    }
}
