package dev.belvedere.acceptance;

import dev.belvedere.model.labels.Labels;
import dev.belvedere.wire.remotewrite.RemoteWriteWriter;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Remote write from many senders at once, and what a process takes meanwhile.
final class Load {

    private static final HttpClient CLIENT = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Http.PATIENCE)
            .build();

    private Load() {}

    /// @param retryAfter `""` where the answer says nothing of it
    record Reply(int status, String body, String retryAfter) {

        boolean isAccepted() {
            return status / 100 == 2;
        }

        /// Refused now, but not for good, and with a hint for how long.
        boolean isPutOff() {
            return (status == 429 || status == 503) && !retryAfter.isEmpty();
        }
    }

    /// One sample for each of the series `metric{n="from"}` up to `to`, with value `n`.
    static Reply write(ServerProcess server, String metric, int from, int to, long timestampMillis)
            throws IOException, InterruptedException {
        RemoteWriteWriter writer = new RemoteWriteWriter();
        for (int n = from; n < to; n++) {
            Labels labels = Labels.of(
                    "__name__", metric, "job", "load", "instance", "host-" + n / 1000, "n", Integer.toString(n));
            writer.add(labels, timestampMillis, n);
        }
        return send(server, writer.drain(), "snappy");
    }

    /// @param encoding of the body; it is remote write 1.0 inside
    static Reply send(ServerProcess server, byte[] body, String encoding) throws IOException, InterruptedException {
        return send(server.url("/api/v1/write"), RemoteWriteWriter.CONTENT_TYPE, body, encoding);
    }

    static Reply send(String url, String contentType, byte[] body, String encoding)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url))
                .timeout(Http.PATIENCE)
                .header("content-type", contentType)
                .POST(HttpRequest.BodyPublishers.ofByteArray(body));
        if (!encoding.isEmpty()) {
            request.header("content-encoding", encoding);
        }
        HttpResponse<String> response =
                CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
        return new Reply(
                response.statusCode(),
                response.body(),
                response.headers().firstValue("retry-after").orElse(""));
    }

    /// Resident memory of the server's process.
    static long residentBytes(ServerProcess server) throws IOException {
        Path status = Path.of("/proc", Long.toString(server.handle().pid()), "status");
        Matcher matcher = Pattern.compile("VmRSS:\\s+(\\d+) kB").matcher(Files.readString(status));
        if (!matcher.find()) {
            throw new IOException("no VmRSS in " + status);
        }
        return Long.parseLong(matcher.group(1)) * 1024;
    }
}
