package dev.belvedere.promql.cache;

import dev.belvedere.promql.cache.ResultCache.Kept;
import dev.belvedere.promql.cache.ResultCache.Key;
import java.util.Optional;

/// A place beside a kept result for what a face wrote of it: an answer that is asked for again is not written again.
/// What is kept counts among the cache's bytes and goes with its result. Safe from any thread.
public final class KeptForm {

    private final KeptResults results;
    private final Key key;
    private final Kept kept;

    KeptForm(KeptResults results, Key key, Kept kept) {
        this.results = results;
        this.key = key;
        this.kept = kept;
    }

    /// What was written of this result before. Not to be changed.
    public Optional<byte[]> bytes() {
        return Optional.ofNullable(kept.written());
    }

    /// Keeps what was written, unless there is no room for it or the result has gone. The array is given up by the
    /// caller.
    public void keep(byte[] written) {
        results.write(key, kept, written);
    }
}
