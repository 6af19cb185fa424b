package dev.belvedere.scrape.config;

import dev.belvedere.model.Secret;
import dev.belvedere.platform.yaml.YamlMap;
import dev.belvedere.platform.yaml.YamlNode;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// How a server is talked to: credentials, TLS, proxy, redirects. The same keys stand in scrape, discovery, remote
/// and alerting sections. Files are absolute or empty and are read at every use.
public record HttpClientConfig(
        Optional<BasicAuth> basicAuth,
        Optional<Authorization> authorization,
        Optional<OAuth2> oauth2,
        TlsConfig tls,
        Proxy proxy,
        boolean followsRedirects,
        boolean isHttp2Allowed,
        Map<String, Header> headers) {

    public static final HttpClientConfig DEFAULT = new HttpClientConfig(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            TlsConfig.DEFAULT,
            new Proxy("", "", false, Map.of()),
            true,
            true,
            Map.of());

    /// Every key that belongs to these settings.
    static final Set<String> KEYS = Set.of(
            "basic_auth",
            "authorization",
            "oauth2",
            "bearer_token",
            "bearer_token_file",
            "tls_config",
            "proxy_url",
            "no_proxy",
            "proxy_from_environment",
            "proxy_connect_header",
            "follow_redirects",
            "enable_http2",
            "http_headers");

    /// Headers that the settings above set; a `headers` section must not.
    private static final Set<String> RESERVED_HEADERS = Set.of(
            "authorization",
            "host",
            "content-encoding",
            "content-length",
            "content-type",
            "user-agent",
            "connection",
            "keep-alive",
            "proxy-authenticate",
            "proxy-authorization",
            "www-authenticate",
            "accept-encoding",
            "x-prometheus-remote-write-version",
            "x-prometheus-remote-read-version");

    public HttpClientConfig {
        headers = Map.copyOf(headers);
    }

    public record BasicAuth(String username, String usernameFile, Secret password, String passwordFile) {}

    /// @param type the scheme: `Bearer`
    public record Authorization(String type, Secret credentials, String credentialsFile) {}

    /// The client credentials flow.
    public record OAuth2(
            String clientId,
            Secret clientSecret,
            String clientSecretFile,
            String tokenUrl,
            List<String> scopes,
            Map<String, String> endpointParams,
            TlsConfig tls) {}

    /// @param url empty for none
    /// @param noProxy hosts that are reached directly
    /// @param connectHeaders sent to the proxy when it is asked for a tunnel
    public record Proxy(
            String url, String noProxy, boolean isFromEnvironment, Map<String, List<Secret>> connectHeaders) {

        public Proxy {
            connectHeaders = Map.copyOf(connectHeaders);
        }
    }

    /// A header that is sent with every request: all values, secrets and contents of files.
    public record Header(List<String> values, List<Secret> secrets, List<String> files) {}

    static String file(YamlMap map, String key, Path directory) {
        String name = map.string(key, "");
        return name.isEmpty() ? "" : directory.resolve(name).normalize().toString();
    }

    static HttpClientConfig read(YamlMap map, Path directory) {
        return read(map, directory, true);
    }

    /// Reads these keys of a mapping that has others besides.
    ///
    /// @param isHttp2Default whether HTTP/2 is allowed where nothing is said
    static HttpClientConfig read(YamlMap map, Path directory, boolean isHttp2Default) {
        Optional<BasicAuth> basic = map.get("basic_auth").map(node -> basicAuth(node, directory));
        Optional<Authorization> authorization = map.get("authorization").map(node -> authorization(node, directory));
        Optional<OAuth2> oauth2 = map.get("oauth2").map(node -> oauth2(node, directory));
        Optional<Authorization> bearer = bearer(map, directory);
        int ways = 0;
        for (Optional<?> way : List.of(basic, authorization, oauth2, bearer)) {
            ways += way.isPresent() ? 1 : 0;
        }
        if (ways > 1) {
            throw map.node().error("at most one of basic_auth, authorization, oauth2 and bearer_token may be given");
        }
        return new HttpClientConfig(
                basic,
                authorization.or(() -> bearer),
                oauth2,
                map.get("tls_config", node -> TlsConfig.read(node, directory), TlsConfig.DEFAULT),
                proxy(map),
                map.bool("follow_redirects", true),
                map.bool("enable_http2", isHttp2Default),
                map.get("http_headers", node -> httpHeaders(node, directory), Map.of()));
    }

    private static Proxy proxy(YamlMap map) {
        Map<String, List<Secret>> connectHeaders = new LinkedHashMap<>();
        map.get("proxy_connect_header")
                .ifPresent(node -> node.map()
                        .forEach((name, values) -> connectHeaders.put(
                                name,
                                values.list().stream().map(YamlNode::secret).toList())));
        Proxy proxy = new Proxy(
                map.string("proxy_url", ""),
                map.string("no_proxy", ""),
                map.bool("proxy_from_environment", false),
                connectHeaders);
        if (!proxy.url.isEmpty() && proxy.isFromEnvironment) {
            throw map.key("proxy_url").error("proxy_url and proxy_from_environment exclude each other");
        }
        if (!proxy.noProxy.isEmpty() && proxy.isFromEnvironment) {
            throw map.key("no_proxy").error("no_proxy and proxy_from_environment exclude each other");
        }
        if (!proxy.noProxy.isEmpty() && proxy.url.isEmpty()) {
            throw map.key("no_proxy").error("no_proxy needs a proxy_url");
        }
        if (!proxy.connectHeaders.isEmpty() && proxy.url.isEmpty() && !proxy.isFromEnvironment) {
            throw map.key("proxy_connect_header")
                    .error("proxy_connect_header needs a proxy_url or proxy_from_environment");
        }
        return proxy;
    }

    private static BasicAuth basicAuth(YamlNode node, Path directory) {
        YamlMap map = node.map();
        BasicAuth auth = new BasicAuth(
                map.string("username", ""),
                file(map, "username_file", directory),
                map.secret("password"),
                file(map, "password_file", directory));
        map.string("username_ref", "");
        map.string("password_ref", "");
        map.rejectUnknown();
        if (!auth.username.isEmpty() && !auth.usernameFile.isEmpty()) {
            throw node.error("username and username_file exclude each other");
        }
        if (auth.password.isPresent() && !auth.passwordFile.isEmpty()) {
            throw node.error("password and password_file exclude each other");
        }
        return auth;
    }

    private static Authorization authorization(YamlNode node, Path directory) {
        YamlMap map = node.map();
        Authorization authorization = new Authorization(
                map.string("type", "Bearer").strip(),
                map.secret("credentials"),
                file(map, "credentials_file", directory));
        map.string("credentials_ref", "");
        map.rejectUnknown();
        if (authorization.type.equalsIgnoreCase("basic")) {
            throw map.key("type").error("use basic_auth for authorization of type basic");
        }
        if (authorization.credentials.isPresent() && !authorization.credentialsFile.isEmpty()) {
            throw node.error("credentials and credentials_file exclude each other");
        }
        return authorization;
    }

    private static Optional<Authorization> bearer(YamlMap map, Path directory) {
        Secret token = map.secret("bearer_token");
        String file = file(map, "bearer_token_file", directory);
        if (token.isPresent() && !file.isEmpty()) {
            throw map.key("bearer_token_file").error("bearer_token and bearer_token_file exclude each other");
        }
        return token.isPresent() || !file.isEmpty()
                ? Optional.of(new Authorization("Bearer", token, file))
                : Optional.empty();
    }

    private static OAuth2 oauth2(YamlNode node, Path directory) {
        YamlMap map = node.map();
        OAuth2 oauth2 = new OAuth2(
                map.string("client_id", ""),
                map.secret("client_secret"),
                file(map, "client_secret_file", directory),
                map.string("token_url", ""),
                map.strings("scopes"),
                map.stringMap("endpoint_params"),
                map.get("tls_config", tls -> TlsConfig.read(tls, directory), TlsConfig.DEFAULT));
        for (String key : List.of(
                "client_secret_ref",
                "proxy_url",
                "no_proxy",
                "proxy_from_environment",
                "proxy_connect_header",
                "grant_type",
                "client_certificate_key_id",
                "client_certificate_key",
                "client_certificate_key_file",
                "signature_algorithm",
                "iss",
                "audience",
                "claims")) {
            map.get(key);
        }
        map.rejectUnknown();
        if (oauth2.clientId.isEmpty() || oauth2.tokenUrl.isEmpty()) {
            throw node.error("oauth2 needs a client_id and a token_url");
        }
        if (oauth2.clientSecret.isPresent() && !oauth2.clientSecretFile.isEmpty()) {
            throw node.error("client_secret and client_secret_file exclude each other");
        }
        return oauth2;
    }

    private static Map<String, Header> httpHeaders(YamlNode node, Path directory) {
        Map<String, Header> headers = new LinkedHashMap<>();
        node.map().forEach((name, value) -> {
            if (RESERVED_HEADERS.contains(name.toLowerCase(Locale.ROOT))) {
                throw value.error("header \"" + name + "\" is set by other settings and must not be given");
            }
            YamlMap map = value.map();
            List<String> files = map.strings("files").stream()
                    .map(file -> directory.resolve(file).normalize().toString())
                    .toList();
            headers.put(
                    name,
                    new Header(
                            map.strings("values"),
                            map.list("secrets").stream().map(YamlNode::secret).toList(),
                            files));
            map.rejectUnknown();
        });
        return headers;
    }

    /// A `headers` section of names and values.
    static Map<String, String> plainHeaders(YamlMap owner) {
        owner.get("headers").ifPresent(node -> {
            YamlMap map = node.map();
            map.forEach((name, value) -> {
                if (RESERVED_HEADERS.contains(name.toLowerCase(Locale.ROOT))) {
                    throw map.key(name).error("header \"" + name + "\" is set by other settings and must not be given");
                }
            });
        });
        return owner.stringMap("headers");
    }
}
