package dev.belvedere.server;

import dev.belvedere.platform.disk.Disk;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.function.DoubleSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The resident memory of this process in bytes, as Linux tells it; NaN elsewhere.
final class ResidentMemory implements DoubleSupplier {

    private static final Path STATUS = Path.of("/proc/self/status");
    private static final int MAX_BYTES = 1 << 16;
    private static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s+(\\d+) kB");

    private final Disk disk;

    ResidentMemory(Disk disk) {
        this.disk = disk;
    }

    @Override
    public double getAsDouble() {
        try {
            Matcher matcher = RESIDENT.matcher(new String(disk.readAll(STATUS, MAX_BYTES), StandardCharsets.US_ASCII));
            return matcher.find() ? Double.parseDouble(matcher.group(1)) * 1024 : Double.NaN;
        } catch (IOException e) {
            return Double.NaN;
        }
    }
}
