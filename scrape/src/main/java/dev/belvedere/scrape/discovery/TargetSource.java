package dev.belvedere.scrape.discovery;

import dev.belvedere.scrape.config.TargetGroup;
import java.io.IOException;
import java.util.List;

/// Something that is asked for target groups now and then. Used by one thread.
interface TargetSource {

    /// All groups as they stand.
    ///
    /// @throws IOException if they cannot be told; the last ones stay
    /// @throws dev.belvedere.model.OperationException if what came is malformed; likewise
    List<TargetGroup> poll() throws IOException, InterruptedException;

    long intervalMillis();
}
