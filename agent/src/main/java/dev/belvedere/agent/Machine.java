package dev.belvedere.agent;

import dev.belvedere.platform.disk.Disk;
import dev.belvedere.platform.disk.LocalDisk;
import dev.belvedere.platform.machine.LocalMounts;
import dev.belvedere.platform.machine.Mounts;
import dev.belvedere.platform.time.SystemTime;
import dev.belvedere.platform.time.TimeSource;

/// The doors through which an agent sees its machine.
public record Machine(Disk disk, Mounts mounts, TimeSource time) {

    public static Machine local() {
        return new Machine(new LocalDisk(), new LocalMounts(), new SystemTime());
    }
}
