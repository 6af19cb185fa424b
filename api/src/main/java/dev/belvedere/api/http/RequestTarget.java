package dev.belvedere.api.http;

import dev.belvedere.model.Fault;
import dev.belvedere.model.OperationException;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.util.Arrays;

/// What a request asks for.
///
/// @param authority the server's name where the target has it (`GET http://name/path`), else `""`
/// @param path as it was sent, percent escapes and all
/// @param decodedPath without escapes
/// @param query without `?`, as it was sent
record RequestTarget(String authority, String path, String decodedPath, String query) {

    /// @throws OperationException `bad_target`: no path, a broken escape, or parts that lead upwards
    static RequestTarget parse(String target) {
        String authority = "";
        String rest = target;
        int scheme = target.startsWith("/") ? -1 : target.indexOf("://");
        if (scheme > 0) {
            int end = target.indexOf('/', scheme + 3);
            end = end < 0 ? target.length() : end;
            authority = target.substring(scheme + 3, end);
            rest = end == target.length() ? "/" : target.substring(end);
        }
        int fragment = rest.indexOf('#');
        rest = fragment < 0 ? rest : rest.substring(0, fragment);
        int mark = rest.indexOf('?');
        String path = mark < 0 ? rest : rest.substring(0, mark);
        String query = mark < 0 ? "" : rest.substring(mark + 1);
        return new RequestTarget(authority, path, decode(path), query);
    }

    private static String decode(String path) {
        // `OPTIONS *` asks for the server as a whole.
        if (!path.startsWith("/") && !path.equals("*")) {
            throw bad("the path does not begin with /");
        }
        String decoded = path;
        if (path.indexOf('%') >= 0) {
            try {
                decoded = new QueryStringDecoder(path).path();
            } catch (IllegalArgumentException e) {
                throw bad("broken percent escape in the path: write %25 for a percent sign");
            }
        }
        if (decoded.indexOf('\0') >= 0) {
            throw bad("the path has a NUL in it");
        }
        if (decoded.contains("..")
                && Arrays.asList(decoded.split("[/\\\\]", -1)).contains("..")) {
            throw bad("the path leads upwards by \"..\"");
        }
        return decoded;
    }

    private static OperationException bad(String reason) {
        return new OperationException("bad_target", Fault.USER, reason);
    }
}
