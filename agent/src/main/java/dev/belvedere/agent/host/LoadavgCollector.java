package dev.belvedere.agent.host;

import dev.belvedere.platform.metrics.FamilyBuffer;
import java.io.IOException;

/// How many processes run or wait to run, averaged.
final class LoadavgCollector implements HostCollector {

    private static final String FILE = "proc/loadavg";

    private final HostFiles files;

    LoadavgCollector(HostFiles files) {
        this.files = files;
    }

    @Override
    public String name() {
        return "loadavg";
    }

    @Override
    public void collect(FamilyBuffer out) throws IOException {
        String[] fields = HostFiles.fields(files.text(FILE));
        if (fields.length < 3) {
            throw new IOException("/" + FILE + " has " + fields.length + " fields, expected at least 3");
        }
        out.gauge("node_load1", "Load average over 1 minute.", HostFiles.number(FILE, fields[0]));
        out.gauge("node_load5", "Load average over 5 minutes.", HostFiles.number(FILE, fields[1]));
        out.gauge("node_load15", "Load average over 15 minutes.", HostFiles.number(FILE, fields[2]));
    }
}
