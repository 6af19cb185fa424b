package dev.belvedere.api.ingest;

import dev.belvedere.api.http.Call;
import dev.belvedere.api.http.KeptMemory;
import dev.belvedere.wire.IngestLimits;
import dev.belvedere.wire.compression.UnpackedBody;
import java.util.function.Function;

/// Unpacks the bodies of calls into buffers that serve one call after the other.
public final class BodyPool implements KeptMemory {

    private final Pool<UnpackedBody> bodies;

    public BodyPool(IngestLimits limits) {
        bodies = Pool.perProcessor(() -> new UnpackedBody(limits.maxDecodedBytes()));
    }

    /// Unpacks a call's body and works on it; the unpacked bytes are valid until `work` returns.
    public <R> R unpacked(Call call, String encoding, Function<UnpackedBody, R> work) {
        return unpacked(body -> body.unpack(call.body().array(), 0, call.body().length(), encoding), work);
    }

    /// As above, for a body that is only part of the call's.
    public <R> R unpacked(Function<UnpackedBody, UnpackedBody> unpack, Function<UnpackedBody, R> work) {
        return bodies.with(body -> {
            R result = work.apply(unpack.apply(body));
            body.release();
            return result;
        });
    }

    @Override
    public void giveBackUnused() {
        bodies.giveBackUnused();
    }
}
