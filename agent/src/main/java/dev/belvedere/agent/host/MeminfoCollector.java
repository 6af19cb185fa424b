package dev.belvedere.agent.host;

import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.MetricType;
import dev.belvedere.platform.metrics.FamilyBuffer;
import java.io.IOException;

/// Every line of /proc/meminfo; kibibytes become bytes, parentheses underscores: `Active(anon)` is
/// `node_memory_Active_anon_bytes`.
final class MeminfoCollector implements HostCollector {

    private static final String FILE = "proc/meminfo";

    private final HostFiles files;

    MeminfoCollector(HostFiles files) {
        this.files = files;
    }

    @Override
    public String name() {
        return "meminfo";
    }

    @Override
    public void collect(FamilyBuffer out) throws IOException {
        for (String line : files.lines(FILE)) {
            String[] fields = HostFiles.fields(line);
            if (fields.length < 2) {
                continue;
            }
            String field = fields[0].replaceAll("[:)]", "").replaceAll("\\W", "_");
            double value = HostFiles.number(FILE, fields[1]);
            boolean isSize = fields.length > 2;
            out.add(
                    "node_memory_" + field + (isSize ? "_bytes" : ""),
                    MetricType.GAUGE,
                    "The field " + field + " of /proc/meminfo.",
                    Labels.EMPTY,
                    isSize ? value * 1024 : value);
        }
    }
}
