package dev.belvedere.agent.host;

import dev.belvedere.platform.metrics.FamilyBuffer;
import java.io.IOException;

/// Name and kernel of the machine.
final class UnameCollector implements HostCollector {

    private static final String DIRECTORY = "proc/sys/kernel/";

    private final HostFiles files;

    UnameCollector(HostFiles files) {
        this.files = files;
    }

    @Override
    public String name() {
        return "uname";
    }

    @Override
    public void collect(FamilyBuffer out) throws IOException {
        out.gauge(
                "node_uname_info",
                "Name and kernel of the machine, as uname tells them; always 1.",
                1,
                "sysname",
                files.text(DIRECTORY + "ostype").strip(),
                "release",
                files.text(DIRECTORY + "osrelease").strip(),
                "version",
                files.text(DIRECTORY + "version").strip(),
                "machine",
                files.value(DIRECTORY + "arch").orElseGet(UnameCollector::machine),
                "nodename",
                files.text(DIRECTORY + "hostname").strip(),
                "domainname",
                files.text(DIRECTORY + "domainname").strip());
    }

    /// For kernels before 6.1, which do not tell it in a file.
    private static String machine() {
        String architecture = System.getProperty("os.arch", "");
        return architecture.equals("amd64") ? "x86_64" : architecture;
    }
}
