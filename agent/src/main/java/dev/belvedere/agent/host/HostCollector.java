package dev.belvedere.agent.host;

import dev.belvedere.platform.metrics.FamilyBuffer;
import java.io.IOException;

/// Reads one part of the machine's state. Used by one thread at a time.
interface HostCollector {

    /// As node_exporter calls it: `cpu`, `meminfo`, ...
    String name();

    /// @throws IOException if this kernel or container does not offer what is read; what was added before stays
    void collect(FamilyBuffer out) throws IOException;
}
