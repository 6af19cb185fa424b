package dev.belvedere.agent.host;

import dev.belvedere.platform.metrics.FamilyBuffer;
import java.io.IOException;

/// File descriptors of the whole machine.
final class FilefdCollector implements HostCollector {

    private static final String FILE = "proc/sys/fs/file-nr";

    private final HostFiles files;

    FilefdCollector(HostFiles files) {
        this.files = files;
    }

    @Override
    public String name() {
        return "filefd";
    }

    @Override
    public void collect(FamilyBuffer out) throws IOException {
        String[] fields = HostFiles.fields(files.text(FILE));
        if (fields.length < 3) {
            throw new IOException("/" + FILE + " has " + fields.length + " fields, expected 3");
        }
        out.gauge("node_filefd_allocated", "Open file descriptors.", HostFiles.number(FILE, fields[0]));
        out.gauge("node_filefd_maximum", "File descriptors that may be open.", HostFiles.number(FILE, fields[2]));
    }
}
