package dev.belvedere.api.own;

import dev.belvedere.api.http.Call;
import dev.belvedere.api.http.ErrorRenderer;
import dev.belvedere.api.http.InvalidRequestException;
import dev.belvedere.api.http.Reply;
import dev.belvedere.api.http.Routes;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/// The screen: files from the class path below `ui/`. A browser that asks for a path that is no file gets the start
/// page, which shows what the path means (deep links); a missing asset or API path, and one that a program asks for, is
/// a 404.
///
/// Files under `assets/` carry a hash of their content in their names and may be kept for ever. The content
/// security policy lets nothing leave for another origin.
public final class UiFace {

    private static final String ROOT = "ui/";
    private static final Pattern FILE = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*");
    private static final int MAX_FILE_BYTES = 32 << 20;

    /// More expressions nobody draws in one graph.
    private static final int MAX_GRAPHS = 20;

    private static final String POLICY = "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
            + "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; object-src 'none'; "
            + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private static final Map<String, String> TYPES = Map.of(
            "html", "text/html; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "svg", "image/svg+xml",
            "png", "image/png",
            "ico", "image/x-icon",
            "json", "application/json",
            "woff2", "font/woff2",
            "txt", "text/plain; charset=utf-8");

    private final ClassLoader resources;
    private final Map<String, Optional<byte[]>> files = new ConcurrentHashMap<>();

    /// @param resources has the built screen below `ui/`
    public UiFace(ClassLoader resources) {
        this.resources = resources;
    }

    public void addTo(Routes routes) {
        routes.face(ErrorRenderer.text())
                .get("/graph", UiFace::graph)
                .get("/", this::answer)
                .get("/{path*}", this::answer);
    }

    /// Prometheus' address of an expression, as alerts link to it, in the screen's own form.
    private static Reply graph(Call call) {
        StringBuilder address = new StringBuilder("/explore/metrics");
        for (int i = 0; i < MAX_GRAPHS; i++) {
            String expression = call.parameters().first("g" + i + ".expr");
            if (!expression.isEmpty()) {
                address.append(i == 0 ? "?q=" : "&q=").append(URLEncoder.encode(expression, StandardCharsets.UTF_8));
            }
        }
        return Reply.redirect(address.toString());
    }

    private Reply answer(Call call) {
        String path = call.path().replaceFirst("^/+", "");
        boolean isAsset = path.startsWith("assets/");
        if (FILE.matcher(path).matches()) {
            Optional<byte[]> found = file(path);
            if (found.isPresent()) {
                return reply(path, found.get(), isAsset ? "public, max-age=31536000, immutable" : "no-cache");
            }
        }
        boolean isPage = path.isEmpty() || call.header("accept").contains("text/html");
        if (!isPage || isAsset || path.startsWith("api/") || path.startsWith("loki/") || path.startsWith("-/")) {
            throw new InvalidRequestException("not_found", "nothing is served at " + call.path());
        }
        byte[] start = file("index.html")
                .orElseThrow(() -> new InvalidRequestException("not_found", "this build carries no screen"));
        return reply("index.html", start, "no-cache");
    }

    private static Reply reply(String path, byte[] content, String caching) {
        String extension = path.substring(path.lastIndexOf('.') + 1);
        String type = TYPES.getOrDefault(extension, "application/octet-stream");
        List<String> headers = List.of(
                "cache-control",
                caching,
                "content-security-policy",
                POLICY,
                "x-frame-options",
                "DENY",
                "referrer-policy",
                "no-referrer");
        return new Reply.Whole(200, type, content, content.length, headers);
    }

    /// Found files are kept; the names of missing ones come from outside and are not.
    private Optional<byte[]> file(String path) {
        Optional<byte[]> kept = files.get(path);
        if (kept != null) {
            return kept;
        }
        try (InputStream in = resources.getResourceAsStream(ROOT + path)) {
            if (in == null) {
                return Optional.empty();
            }
            Optional<byte[]> content = Optional.of(in.readNBytes(MAX_FILE_BYTES));
            files.put(path, content);
            return content;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
