package dev.belvedere.api.otlp;

import dev.belvedere.api.http.Call;
import dev.belvedere.api.http.InvalidRequestException;
import dev.belvedere.wire.compression.UnpackedBody;

/// gRPC's framing of a call with one message: a flag, a length of four bytes, the message.
final class GrpcFrames {

    private static final int HEAD = 5;

    private GrpcFrames() {}

    /// Takes the one message out of a call's body and undoes its compression.
    static UnpackedBody unpack(Call call, UnpackedBody into) {
        byte[] body = call.body().array();
        int bodyLength = call.body().length();
        if (bodyLength < HEAD) {
            throw new InvalidRequestException("the call holds no gRPC message: its body has " + bodyLength + " bytes");
        }
        long length = (body[1] & 0xffL) << 24 | (body[2] & 0xff) << 16 | (body[3] & 0xff) << 8 | body[4] & 0xff;
        if (length != bodyLength - HEAD) {
            throw new InvalidRequestException("the gRPC message says it has " + length + " bytes, but "
                    + (bodyLength - HEAD) + " came: the call takes exactly one message");
        }
        String encoding = body[0] == 0 ? "" : call.header("grpc-encoding");
        if (body[0] != 0 && encoding.isEmpty()) {
            throw new InvalidRequestException("the gRPC message is compressed, but grpc-encoding does not say how");
        }
        return into.unpack(body, HEAD, (int) length, encoding);
    }
}
