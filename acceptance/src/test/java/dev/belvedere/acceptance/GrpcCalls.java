package dev.belvedere.acceptance;

import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;

/// Calls over HTTP/2 whose bytes no gRPC library would send. Only failures tell their status: it comes with the head of
/// the answer then.
final class GrpcCalls {

    private static final MediaType GRPC = MediaType.get("application/grpc");

    private final OkHttpClient client = new OkHttpClient.Builder()
            .protocols(List.of(Protocol.H2_PRIOR_KNOWLEDGE))
            .callTimeout(Http.PATIENCE)
            .build();
    private final String base;

    /// @param port of the gRPC listener on the loopback address
    GrpcCalls(int port) {
        base = "http://127.0.0.1:" + port;
    }

    /// @param code `""` where the answer has none
    record Status(int httpStatus, String code, String message) {}

    /// @param encoding of the message; `""` for none
    Status call(String path, byte[] body, String encoding) throws IOException {
        Request.Builder request =
                new Request.Builder().url(base + path).header("te", "trailers").post(RequestBody.create(body, GRPC));
        if (!encoding.isEmpty()) {
            request.header("grpc-encoding", encoding);
        }
        try (Response answer = client.newCall(request.build()).execute()) {
            String code = answer.header("grpc-status");
            String message = answer.header("grpc-message");
            return new Status(
                    answer.code(),
                    code == null ? "" : code,
                    message == null ? "" : URLDecoder.decode(message, StandardCharsets.UTF_8));
        }
    }
}
