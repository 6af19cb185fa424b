package dev.belvedere.api.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.zip.GZIPOutputStream;

/// Compresses answers by gzip for clients that accept it, where that pays.
final class Compression {

    private static final int MIN_BYTES = 1024;
    private static final int BUFFER_BYTES = 8 * 1024;

    private Compression() {}

    static Reply apply(Reply reply, String acceptEncoding) {
        if (!acceptEncoding.toLowerCase(Locale.ROOT).contains("gzip")) {
            return reply;
        }
        return switch (reply) {
            case Reply.Whole whole when whole.length() >= MIN_BYTES && isCompressible(whole) -> compressed(whole);
            case Reply.Streamed streamed when isCompressible(streamed.contentType()) -> compressed(streamed);
            default -> reply;
        };
    }

    private static boolean isCompressible(Reply.Whole reply) {
        return isCompressible(reply.contentType()) && !reply.headers().contains("content-encoding");
    }

    private static boolean isCompressible(String contentType) {
        String type = Call.mediaType(contentType);
        return type.startsWith("text/")
                || type.endsWith("json")
                || type.endsWith("javascript")
                || type.endsWith("svg+xml")
                || type.startsWith("application/openmetrics-text");
    }

    private static Reply compressed(Reply.Whole reply) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(reply.length() / 4);
        try (OutputStream gzip = new GZIPOutputStream(bytes, BUFFER_BYTES)) {
            gzip.write(reply.body(), 0, reply.length());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        byte[] body = bytes.toByteArray();
        return new Reply.Whole(reply.status(), reply.contentType(), body, body.length, withEncoding(reply.headers()));
    }

    private static Reply compressed(Reply.Streamed reply) {
        Reply.Content content = out -> {
            try (OutputStream gzip = new GZIPOutputStream(out, BUFFER_BYTES, true)) {
                reply.content().writeTo(gzip);
            }
        };
        return new Reply.Streamed(reply.status(), reply.contentType(), content, withEncoding(reply.headers()));
    }

    private static List<String> withEncoding(List<String> headers) {
        List<String> all = new ArrayList<>(headers);
        all.addAll(List.of("content-encoding", "gzip", "vary", "accept-encoding"));
        return all;
    }
}
