package dev.belvedere.api.otlp;

import dev.belvedere.api.http.ErrorRenderer;
import dev.belvedere.api.http.Reply;
import dev.belvedere.api.ingest.IngestErrors;
import dev.belvedere.api.json.JsonWriter;
import dev.belvedere.model.OperationException;
import dev.belvedere.wire.Rejections;
import dev.belvedere.wire.protobuf.ProtobufWriter;
import java.util.Arrays;

/// OTLP's answers: what was refused of a request that was taken, and why one was not.
final class Replies {

    static final String PROTOBUF = "application/x-protobuf";

    private Replies() {}

    /// An export response as protobuf; empty, as the protocol asks, if nothing was refused.
    static byte[] protobuf(Rejections rejections, String noun) {
        ProtobufWriter out = new ProtobufWriter(256);
        if (!rejections.isEmpty()) {
            int partial = out.beginMessage(1);
            out.int64(1, rejections.count());
            out.string(2, rejections.sentence(noun));
            out.endMessage(partial);
        }
        return out.toByteArray();
    }

    /// An export response as JSON.
    ///
    /// @param countName the name of the field that counts, e.g. `rejectedSpans`
    static byte[] json(Rejections rejections, String noun, String countName) {
        JsonWriter json = new JsonWriter();
        json.beginObject();
        if (!rejections.isEmpty()) {
            json.name("partialSuccess").beginObject();
            json.name(countName).value(Long.toString(rejections.count()));
            json.name("errorMessage").value(rejections.sentence(noun)).endObject();
        }
        json.endObject();
        return Arrays.copyOf(json.array(), json.size());
    }

    /// A `google.rpc.Status` in the form of the request.
    static Reply httpError(OperationException failure, boolean isJson) {
        int status = ErrorRenderer.status(failure);
        byte[] body;
        if (isJson) {
            JsonWriter json = new JsonWriter();
            json.beginObject().name("code").value(grpcStatus(failure));
            json.name("message").value(failure.getMessage()).endObject();
            body = Arrays.copyOf(json.array(), json.size());
        } else {
            ProtobufWriter out = new ProtobufWriter(256);
            out.int64(1, grpcStatus(failure));
            out.string(2, failure.getMessage());
            body = out.toByteArray();
        }
        return new Reply.Whole(
                status, isJson ? Reply.JSON : PROTOBUF, body, body.length, IngestErrors.retryHeaders(status));
    }

    static Reply grpcError(OperationException failure) {
        return new Reply.Grpc(grpcStatus(failure), failure.getMessage(), new byte[0]);
    }

    /// A client comes again on `UNAVAILABLE` only.
    private static int grpcStatus(OperationException failure) {
        return switch (failure.code()) {
            case "body_too_large" -> GrpcStatus.RESOURCE_EXHAUSTED;
            case "unsupported_media_type" -> GrpcStatus.UNIMPLEMENTED;
            default ->
                switch (failure.fault()) {
                    case USER -> GrpcStatus.INVALID_ARGUMENT;
                    case OVERLOAD, DEPENDENCY -> GrpcStatus.UNAVAILABLE;
                    case CORRUPT, BUG -> GrpcStatus.INTERNAL;
                };
        };
    }

    private static final class GrpcStatus {
        static final int INVALID_ARGUMENT = 3;
        static final int RESOURCE_EXHAUSTED = 8;
        static final int UNIMPLEMENTED = 12;
        static final int INTERNAL = 13;
        static final int UNAVAILABLE = 14;
    }
}
