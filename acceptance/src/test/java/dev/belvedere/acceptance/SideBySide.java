package dev.belvedere.acceptance;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Asks a real Prometheus and us the same, and keeps where the answers differ: in status and content type, in every
/// character of what is refused as JSON, in keys and types of what is answered. Other texts of refusals are each one's
/// own.
///
/// What is meant to differ is asked for with the statuses of both: that it no longer does is a difference too.
final class SideBySide {

    /// Objects whose keys are data, named by the path that leads there.
    private static final Set<String> MAPS = Set.of("/metadata.data", "/status/flags.data");

    /// Labels of targets that Prometheus has from 3.14 on: all of them or none.
    static final List<String> NEWER_LABELS = List.of(
            "__scrape_native_histograms__",
            "__always_scrape_classic_histograms__",
            "__convert_classic_histograms_to_nhcb__");

    /// Fields that Prometheus has from 3.14 on, besides labels.
    private static final Set<String> NEWER_FIELDS = Set.of("samplesRead", "samplesReadPerStep");

    private static final int FEW = 60;

    private final String theirs;
    private final String ours;
    private final List<String> differences = new ArrayList<>();

    /// @param theirs begins each of Prometheus' URLs
    SideBySide(String theirs, String ours) {
        this.theirs = theirs;
        this.ours = ours;
    }

    List<String> differences() {
        return differences;
    }

    /// Asks for what is answered otherwise by us, with a status of our own.
    void differ(String method, String path, int theirStatus, int ourStatus) throws IOException, InterruptedException {
        same(
                method + " " + path,
                theirStatus + " " + ourStatus,
                Http.ask(method, theirs + escaped(path)).status() + " "
                        + Http.ask(method, ours + escaped(path)).status());
    }

    /// The same with a body.
    void differ(Body body, int theirStatus, int ourStatus) throws IOException, InterruptedException {
        same(
                body.toString(),
                theirStatus + " " + ourStatus,
                body.postTo(theirs).status() + " " + body.postTo(ours).status());
    }

    /// What is posted.
    ///
    /// @param headers name, value, ...
    record Body(String path, String contentType, byte[] bytes, String... headers) {

        Http.Answer postTo(String server) throws IOException, InterruptedException {
            return Http.post(server + escaped(path), contentType, bytes, headers);
        }

        @Override
        public String toString() {
            String text = new String(bytes, StandardCharsets.ISO_8859_1);
            String shown = text.length() <= FEW ? text : text.substring(0, FEW) + "...";
            return "POST " + path + " " + contentType + List.of(headers) + " " + shown;
        }
    }

    /// @param path may hold what a URL has to escape
    void get(String path) throws IOException, InterruptedException {
        ask("GET", path);
    }

    void ask(String method, String path, String... headers) throws IOException, InterruptedException {
        compare(
                method + " " + path,
                path,
                Http.ask(method, theirs + escaped(path), headers),
                Http.ask(method, ours + escaped(path), headers));
    }

    void post(Body body) throws IOException, InterruptedException {
        compare(body.toString(), body.path(), body.postTo(theirs), body.postTo(ours));
    }

    /// Escapes what may not stand in a URL, and leaves escapes that are there already.
    static String escaped(String path) {
        StringBuilder url = new StringBuilder();
        for (char c : path.toCharArray()) {
            url.append(" \"{}[]`<>|\\^".indexOf(c) >= 0 ? "%%%02X".formatted((int) c) : Character.toString(c));
        }
        return url.toString();
    }

    void same(String what, String theirValue, String ourValue) {
        if (!theirValue.equals(ourValue)) {
            differences.add(what + ": " + theirValue + ", ours " + ourValue);
        }
    }

    private void compare(String request, String path, Http.Answer their, Http.Answer our) throws IOException {
        if (their.status() != our.status()) {
            differences.add(
                    request + ": " + their.status() + ", ours " + our.status() + " " + their.body() + " " + our.body());
        } else if (!their.body().isEmpty() || !our.body().isEmpty()) {
            same(request + " content-type", their.header("content-type"), our.header("content-type"));
            boolean isJson = their.header("content-type").startsWith("application/json");
            if (isJson && their.status() != 200) {
                same(request, their.json().toString(), our.json().toString());
            } else if (isJson) {
                compare(path.replaceFirst("[?].*", "").replace("/api/v1", ""), request, their.json(), our.json());
            }
        }
    }

    private void compare(String at, String request, JsonNode their, JsonNode our) {
        if (their.getNodeType() != our.getNodeType()) {
            differences.add(request + " " + at + ": " + their.getNodeType() + ", ours " + our.getNodeType());
        } else if ((their.isArray() || MAPS.contains(at)) && their.isEmpty() != our.isEmpty()) {
            differences.add(request + " " + at + ": " + their.size() + " elements, ours " + our.size());
        } else if (their.isArray() && !their.isEmpty()) {
            compare(at + "[]", request, their.get(0), our.get(0));
        } else if (MAPS.contains(at) && !their.isEmpty()) {
            compare(at + ".*", request, their.iterator().next(), our.iterator().next());
        } else if (their.isObject()) {
            compareFields(at, request, their, our);
        }
    }

    private void compareFields(String at, String request, JsonNode their, JsonNode our) {
        for (Map.Entry<String, JsonNode> field : their.properties()) {
            JsonNode own = our.get(field.getKey());
            if (own == null) {
                differences.add(request + " " + at + "." + field.getKey() + " is missing");
            } else {
                compare(at + "." + field.getKey(), request, field.getValue(), own);
            }
        }
        for (Map.Entry<String, JsonNode> field : our.properties()) {
            String name = field.getKey();
            if (!their.has(name) && !NEWER_FIELDS.contains(name) && !NEWER_LABELS.contains(name)) {
                differences.add(request + " " + at + "." + name + " is only ours");
            }
        }
    }
}
