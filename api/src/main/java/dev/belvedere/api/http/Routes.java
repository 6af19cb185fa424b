package dev.belvedere.api.http;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Which handler answers which path. Built by the faces, then only read.
///
/// A path is a sequence of parts, each fixed (`api`), a `{name}` that matches one part, or as the last one
/// `{name*}` that matches the rest, however long. Fixed parts win over names, names over the rest.
public final class Routes {

    /// What was found for a request.
    ///
    /// @param name the route's path pattern, for metrics and traces
    record Match(String name, Handler handler, ErrorRenderer errors, Map<String, String> pathParameters) {}

    private record Target(String pattern, Handler handler, ErrorRenderer errors) {}

    private static final class Node {
        final Map<String, Node> children = new HashMap<>();

        @Nullable
        Node anyPart;

        String anyName = "";
        String restName = "";
        final Map<String, Target> byMethod = new LinkedHashMap<>();
        final Map<String, Target> restByMethod = new LinkedHashMap<>();
    }

    private final Node root = new Node();

    /// By path, those whose parts are all fixed: nearly all requests are for one of them.
    private final Map<String, Node> fixed = new HashMap<>();
    private final List<KeptMemory> kept = new ArrayList<>();

    /// Adds routes whose failures are rendered by `errors`.
    public Face face(ErrorRenderer errors) {
        return new Face(errors);
    }

    /// Adds what handlers keep from one request for the next. May be added to several routes.
    public void keeps(KeptMemory memory) {
        kept.add(memory);
    }

    List<KeptMemory> kept() {
        return List.copyOf(kept);
    }

    /// The routes of one face.
    public final class Face {

        private final ErrorRenderer errors;

        private Face(ErrorRenderer errors) {
            this.errors = errors;
        }

        public Face get(String pattern, Handler handler) {
            return add("GET", pattern, handler);
        }

        public Face post(String pattern, Handler handler) {
            return add("POST", pattern, handler);
        }

        /// Answers GET and, with the parameters in a form, POST.
        public Face getOrPost(String pattern, Handler handler) {
            return get(pattern, handler).post(pattern, handler);
        }

        /// @throws IllegalArgumentException if the route is taken
        public Face add(String method, String pattern, Handler handler) {
            put(method, pattern, new Target(pattern, handler, errors));
            return this;
        }
    }

    private void put(String method, String pattern, Target target) {
        Node node = root;
        for (String part : parts(pattern)) {
            if (part.startsWith("{") && part.endsWith("*}")) {
                node.restName = part.substring(1, part.length() - 2);
                claim(node.restByMethod, method, target);
                return;
            }
            if (part.startsWith("{")) {
                Node next = node.anyPart == null ? new Node() : node.anyPart;
                node.anyPart = next;
                node.anyName = part.substring(1, part.length() - 1);
                node = next;
            } else {
                node = node.children.computeIfAbsent(part, key -> new Node());
            }
        }
        claim(node.byMethod, method, target);
        if (pattern.indexOf('{') < 0) {
            fixed.put(pattern, node);
        }
    }

    private static void claim(Map<String, Target> targets, String method, Target target) {
        if (targets.putIfAbsent(method, target) != null) {
            throw new IllegalArgumentException("two handlers for " + method + " " + target.pattern());
        }
    }

    private static List<String> parts(String path) {
        List<String> parts = new ArrayList<>();
        int at = 1;
        while (at < path.length()) {
            int end = path.indexOf('/', at);
            end = end < 0 ? path.length() : end;
            if (end > at) {
                parts.add(path.substring(at, end));
            }
            at = end + 1;
        }
        return parts;
    }

    /// @param rawPath percent-encoded; its parts are decoded one by one, so that `%2F` stays within its part
    /// @return nothing where a path is known under other methods only because it is one of those that lie anywhere
    /// @throws MethodNotAllowedException if the path is known under other methods only
    Optional<Match> find(String method, String rawPath) {
        Node known = fixed.get(rawPath);
        Target plain = known == null ? null : known.byMethod.get(method);
        if (plain != null) {
            return Optional.of(new Match(plain.pattern(), plain.handler(), plain.errors(), Map.of()));
        }
        Map<String, String> parameters = new LinkedHashMap<>();
        List<String> decoded = parts(rawPath);
        decoded.replaceAll(Routes::decode);
        Map<String, Target> found = find(root, decoded, 0, parameters);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        Target target = found.get(method);
        if (target == null && method.equals("HEAD")) {
            target = found.get("GET");
        }
        if (target == null) {
            return whereUnknown(method, found);
        }
        return Optional.of(new Match(target.pattern(), target.handler(), target.errors(), parameters));
    }

    private static Optional<Match> whereUnknown(String method, Map<String, Target> found) {
        Target any = found.values().iterator().next();
        if (any.pattern().endsWith("*}")) {
            return Optional.empty();
        }
        TreeSet<String> methods = new TreeSet<>(found.keySet());
        methods.add("OPTIONS");
        if (methods.contains("GET")) {
            methods.add("HEAD");
        }
        String allowed = String.join(", ", methods);
        if (!method.equals("OPTIONS")) {
            throw new MethodNotAllowedException(method, allowed);
        }
        Handler options = call -> Reply.empty().with(List.of("allow", allowed));
        return Optional.of(new Match(any.pattern(), options, any.errors(), Map.of()));
    }

    private static String decode(String part) {
        if (part.indexOf('%') < 0) {
            return part;
        }
        try {
            return URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new InvalidRequestException("the path has a broken percent escape in \"" + part + "\"");
        }
    }

    private static Map<String, Target> find(Node node, List<String> parts, int at, Map<String, String> parameters) {
        if (at == parts.size() && !node.byMethod.isEmpty()) {
            return node.byMethod;
        }
        if (at < parts.size()) {
            Node fixed = node.children.get(parts.get(at));
            if (fixed != null) {
                Map<String, Target> found = find(fixed, parts, at + 1, parameters);
                if (!found.isEmpty()) {
                    return found;
                }
            }
            Node any = node.anyPart;
            if (any != null) {
                Map<String, Target> found = find(any, parts, at + 1, parameters);
                if (!found.isEmpty()) {
                    parameters.put(node.anyName, parts.get(at));
                    return found;
                }
            }
        }
        if (!node.restByMethod.isEmpty()) {
            parameters.put(node.restName, String.join("/", parts.subList(at, parts.size())));
        }
        return node.restByMethod;
    }
}
