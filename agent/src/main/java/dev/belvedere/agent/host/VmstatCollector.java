package dev.belvedere.agent.host;

import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.MetricType;
import dev.belvedere.platform.metrics.FamilyBuffer;
import java.io.IOException;
import java.util.regex.Pattern;

/// Paging, swapping, page faults and OOM kills.
final class VmstatCollector implements HostCollector {

    private static final String FILE = "proc/vmstat";
    private static final Pattern FIELDS = Pattern.compile("^(oom_kill|pgpg|pswp|pg.*fault).*");

    private final HostFiles files;

    VmstatCollector(HostFiles files) {
        this.files = files;
    }

    @Override
    public String name() {
        return "vmstat";
    }

    @Override
    public void collect(FamilyBuffer out) throws IOException {
        for (String line : files.lines(FILE)) {
            String[] fields = HostFiles.fields(line);
            if (fields.length == 2 && FIELDS.matcher(fields[0]).matches()) {
                out.add(
                        "node_vmstat_" + fields[0],
                        MetricType.UNKNOWN,
                        "The field " + fields[0] + " of /proc/vmstat.",
                        Labels.EMPTY,
                        HostFiles.number(FILE, fields[1]));
            }
        }
    }
}
