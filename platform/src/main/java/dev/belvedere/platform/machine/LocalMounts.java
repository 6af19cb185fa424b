package dev.belvedere.platform.machine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.belvedere.model.OperationException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/// The machine's file systems, by `statvfs`. A mount that hangs is asked on a thread of its own.
public final class LocalMounts implements Mounts {

    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    /// `struct statvfs` of 64-bit Linux, in longs: bsize, frsize, blocks, bfree, bavail, files, ffree, ...
    private static final long STRUCT_BYTES = 256;

    private static final int FRAGMENT_BYTES = 1;
    private static final int BLOCKS = 2;
    private static final int BLOCKS_FREE = 3;
    private static final int BLOCKS_AVAILABLE = 4;
    private static final int FILES = 5;
    private static final int FILES_FREE = 6;

    /// Asks the mounts that answer. Replaced whenever one does not.
    @GuardedBy("this")
    private StallGuard guard = new StallGuard("statvfs");

    /// The mounts that have not answered, each with the thread that still waits for it.
    @GuardedBy("this")
    private final Map<Path, StallGuard> stuck = new HashMap<>();

    @Override
    public synchronized MountUsage usage(Path mountPoint) throws IOException {
        StallGuard asked = stuck.getOrDefault(mountPoint, guard);
        MountUsage usage;
        try {
            usage = asked.call(() -> ask(mountPoint), TIMEOUT);
        } catch (OperationException e) {
            if (stuck.put(mountPoint, asked) == null) {
                guard = new StallGuard("statvfs");
            }
            throw new IOException("mountpoint timeout", e);
        }
        stuck.remove(mountPoint);
        if (usage.sizeBytes() < 0) {
            throw new IOException("statvfs failed");
        }
        return usage;
    }

    /// @return a size of -1 if the call failed
    private MountUsage ask(Path mountPoint) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment answer = arena.allocate(STRUCT_BYTES, Long.BYTES);
            int code = (int) CLibrary.STATVFS.invokeExact(arena.allocateFrom(mountPoint.toString()), answer);
            if (code != 0) {
                return new MountUsage(-1, 0, 0, 0, 0);
            }
            long unit = field(answer, FRAGMENT_BYTES);
            return new MountUsage(
                    unit * field(answer, BLOCKS),
                    unit * field(answer, BLOCKS_FREE),
                    unit * field(answer, BLOCKS_AVAILABLE),
                    field(answer, FILES),
                    field(answer, FILES_FREE));
        } catch (Throwable e) {
            throw new IllegalStateException("statvfs " + mountPoint, e);
        }
    }

    private static long field(MemorySegment answer, int index) {
        return answer.getAtIndex(ValueLayout.JAVA_LONG, index);
    }

    /// Made with the first question: a server that watches no host loads none of the JDK's foreign functions for it.
    private static final class CLibrary {
        static final MethodHandle STATVFS = NativeLibrary.standard()
                .function("statvfs", ValueLayout.ADDRESS, ValueLayout.ADDRESS)
                .orElseThrow(() -> new IllegalStateException("the C library has no statvfs"));
    }
}
