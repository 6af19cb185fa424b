package dev.belvedere.api.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;

/// Compresses answers by gzip for clients that accept it, where that pays.
final class Compression {

    private static final int MIN_BYTES = 1024;
    private static final String UNCHANGED = "identity";
    private static final List<String> VARY = List.of("vary", "Accept-Encoding");
    private static final int BUFFER_BYTES = 8 * 1024;
    private static final Pattern WEIGHT_0 = Pattern.compile("q\\s*=\\s*0(\\.0*)?");

    private Compression() {}

    static Reply apply(Reply reply, String acceptEncoding) {
        if (reply instanceof Reply.Whole small && small.length() < MIN_BYTES) {
            return reply;
        }
        boolean isCompressible = switch (reply) {
            case Reply.Whole whole -> isCompressible(whole);
            case Reply.Streamed streamed -> isCompressible(streamed.contentType());
            case Reply.Grpc grpc -> false;
        };
        if (!isCompressible) {
            return reply;
        }
        Reply varying = reply.with(VARY);
        return acceptsGzip(acceptEncoding) ? compressed(varying).with(List.of("content-encoding", "gzip")) : varying;
    }

    /// Whether the list names gzip, or everything that it does not name, with a weight that is not 0.
    static boolean acceptsGzip(String acceptEncoding) {
        if (acceptEncoding.isEmpty() || acceptEncoding.equals(UNCHANGED)) {
            return false;
        }
        boolean isAnyAccepted = false;
        for (String each : acceptEncoding.toLowerCase(Locale.ROOT).split(",")) {
            String[] parts = each.split(";");
            boolean isAccepted =
                    parts.length < 2 || !WEIGHT_0.matcher(parts[1].strip()).matches();
            String coding = parts[0].strip();
            if (coding.equals("gzip") || coding.equals("x-gzip")) {
                return isAccepted;
            }
            isAnyAccepted |= isAccepted && coding.equals("*");
        }
        return isAnyAccepted;
    }

    private static boolean isCompressible(Reply.Whole reply) {
        return isCompressible(reply.contentType()) && !reply.headers().contains("content-encoding");
    }

    private static boolean isCompressible(String contentType) {
        if (contentType.equals(Reply.JSON)) {
            return true;
        }
        String type = Call.mediaType(contentType);
        return type.startsWith("text/")
                || type.endsWith("json")
                || type.endsWith("javascript")
                || type.endsWith("svg+xml")
                || type.startsWith("application/openmetrics-text");
    }

    private static Reply compressed(Reply reply) {
        return switch (reply) {
            case Reply.Whole whole -> compressed(whole);
            case Reply.Streamed streamed -> compressed(streamed);
            case Reply.Grpc grpc -> grpc;
        };
    }

    private static Reply compressed(Reply.Whole reply) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(reply.length() / 4);
        try (OutputStream gzip = new GZIPOutputStream(bytes, BUFFER_BYTES)) {
            gzip.write(reply.body(), 0, reply.length());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        byte[] body = bytes.toByteArray();
        return new Reply.Whole(reply.status(), reply.contentType(), body, body.length, reply.headers());
    }

    private static Reply compressed(Reply.Streamed reply) {
        Reply.Content content = out -> {
            try (OutputStream gzip = new GZIPOutputStream(out, BUFFER_BYTES, true)) {
                reply.content().writeTo(gzip);
            }
        };
        return new Reply.Streamed(reply.status(), reply.contentType(), content, reply.headers());
    }
}
