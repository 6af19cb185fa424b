package dev.belvedere.api.http;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// The answer to a [Call].
public sealed interface Reply {

    int status();

    /// Name, value, name, value, ...; without content type and length.
    List<String> headers();

    /// An answer whose bytes are all there.
    ///
    /// @param length how many bytes of `body` count, from its start; the array is not changed until they were sent
    /// @param isLasting whether the array is never changed again, and likely to be sent again
    record Whole(int status, String contentType, byte[] body, int length, List<String> headers, boolean isLasting)
            implements Reply {

        public Whole(int status, String contentType, byte[] body, int length, List<String> headers) {
            this(status, contentType, body, length, headers, false);
        }
    }

    /// An answer that is written while it is sent, at the pace of its reader.
    record Streamed(int status, String contentType, Content content, List<String> headers) implements Reply {}

    /// An answer in gRPC's framing: one message, or none on failure, and trailers.
    ///
    /// @param message protobuf bytes, without the five bytes of framing; empty and unsent on failure
    record Grpc(int grpcStatus, String grpcMessage, byte[] message) implements Reply {
        @Override
        public int status() {
            return 200;
        }

        @Override
        public List<String> headers() {
            return List.of();
        }
    }

    /// Writes the body of a [Streamed] answer. Blocks while the client is slow; an `IOException` means it has gone.
    interface Content {
        void writeTo(OutputStream out) throws IOException;
    }

    /// The same with more headers. What gRPC answers has none.
    ///
    /// @param more name, value, ...
    default Reply with(List<String> more) {
        List<String> all = headers().isEmpty() ? more : joined(headers(), more);
        return switch (this) {
            case Whole whole ->
                new Whole(whole.status(), whole.contentType(), whole.body(), whole.length(), all, whole.isLasting());
            case Streamed streamed -> new Streamed(streamed.status(), streamed.contentType(), streamed.content(), all);
            case Grpc grpc -> grpc;
        };
    }

    private static List<String> joined(List<String> first, List<String> more) {
        List<String> all = new ArrayList<>(first);
        all.addAll(more);
        return all;
    }

    String JSON = "application/json";
    String TEXT = "text/plain; charset=utf-8";

    static Reply json(int status, byte[] body) {
        return new Whole(status, JSON, body, body.length, List.of());
    }

    /// @param body never changed again, and likely to be sent again
    static Reply lastingJson(int status, byte[] body) {
        return new Whole(status, JSON, body, body.length, List.of(), true);
    }

    static Reply json(int status, String body) {
        return json(status, body.getBytes(StandardCharsets.UTF_8));
    }

    static Reply text(int status, String body) {
        return bytes(status, TEXT, body.getBytes(StandardCharsets.UTF_8));
    }

    static Reply bytes(int status, String contentType, byte[] body) {
        return new Whole(status, contentType, body, body.length, List.of());
    }

    /// 204 and nothing else.
    static Reply empty() {
        return new Whole(204, "", new byte[0], 0, List.of());
    }

    static Reply redirect(String location) {
        return new Whole(302, "", new byte[0], 0, List.of("location", location));
    }
}
