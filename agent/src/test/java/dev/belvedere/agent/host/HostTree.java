package dev.belvedere.agent.host;

import dev.belvedere.platform.disk.DiskFile;
import dev.belvedere.platform.disk.MemoryDisk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/// A machine's /proc and /sys, written down.
final class HostTree {

    static final Path ROOT = Path.of("/host");

    final MemoryDisk disk = new MemoryDisk();

    HostTree with(String path, String text) {
        try (DiskFile file = disk.open(ROOT.resolve(path))) {
            file.truncate(0);
            file.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    /// A small machine with one of everything.
    static HostTree small() {
        return new HostTree()
                .with("proc/stat", """
                        cpu  300 40 500 6000 70 0 8 9 100 20
                        cpu0 100 10 200 3000 30 0 4 5 50 10
                        cpu1 200 30 300 3000 40 0 4 4 50 10
                        intr 12345 1 2 3
                        ctxt 67890
                        btime 1750000000
                        processes 4321
                        procs_running 2
                        procs_blocked 1
                        softirq 99 1 2
                        """)
                .with("proc/meminfo", """
                        MemTotal:       16384 kB
                        Active(anon):     100 kB
                        HugePages_Total:   7
                        """)
                .with("proc/diskstats", """
                         259       0 nvme0n1 10 1 200 3000 20 2 400 5000 1 6000 8000 1 2 3 4 5 6
                         259       1 nvme0n1p1 1 1 1 1 1 1 1 1 1 1 1
                           7       0 loop0 1 1 1 1 1 1 1 1 1 1 1
                           8       0 sda 10 1 200 3000 20 2 400 5000 1 6000 8000
                        """)
                .with("run/udev/data/b259:0", "E:ID_MODEL=Fast Disk\nE:ID_SERIAL_SHORT=S1\nS:disk/by-id/x\n")
                .with("sys/block/nvme0n1/queue/rotational", "0\n")
                .with("proc/1/mountinfo", """
                        22 1 259:1 / / rw,relatime shared:1 - ext4 /dev/nvme0n1p1 rw,errors=remount-ro
                        23 22 0:21 / /proc rw,nosuid - proc proc rw
                        24 22 0:30 / /mnt/my\\040disk ro,relatime - nfs4 files:/export rw
                        25 22 0:31 / /var/lib/docker/overlay2/x rw - overlay overlay rw
                        26 22 259:1 / / rw,noatime shared:1 - ext4 /dev/nvme0n1p1 rw
                        """)
                .with("proc/net/dev", """
                        Inter-|   Receive                                                |  Transmit
                         face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
                          eth0: 1000      10    1    2    3     4          5         6  2000       20    7    8    9    10      11         12
                        eth0:1:5 5 5 5 5 5 5 5 6 6 6 6 6 6 6 6
                        """)
                .with("sys/class/net/eth0/operstate", "up\n")
                .with("sys/class/net/eth0/address", "02:00:00:00:00:01\n")
                .with("sys/class/net/eth0/flags", "0x1003\n")
                .with("sys/class/net/eth0/mtu", "9000\n")
                .with("sys/class/net/eth0/speed", "100000\n")
                .with("sys/class/net/eth0/carrier_changes", "2\n")
                .with("sys/class/net/bonding_masters", "bond0\n")
                .with("proc/loadavg", "0.50 1.25 2.00 3/456 7890\n")
                .with("proc/pressure/cpu", "some avg10=0.00 avg60=0.00 avg300=0.00 total=1500000\n")
                .with(
                        "proc/pressure/memory",
                        "some avg10=0 avg60=0 avg300=0 total=2000000\nfull avg10=0 avg60=0 avg300=0 total=1000000\n")
                .with("proc/vmstat", "nr_free_pages 5\npgpgin 11\npgfault 12\npgmajfault 13\noom_kill 1\npswpin 2\n")
                .with("proc/sys/fs/file-nr", "1504\t0\t9223372036854775807\n")
                .with("proc/sys/kernel/ostype", "Linux\n")
                .with("proc/sys/kernel/osrelease", "6.1.0-18-amd64\n")
                .with("proc/sys/kernel/version", "#1 SMP PREEMPT_DYNAMIC\n")
                .with("proc/sys/kernel/arch", "x86_64\n")
                .with("proc/sys/kernel/hostname", "gpu-node-1\n")
                .with("proc/sys/kernel/domainname", "(none)\n")
                .with("sys/devices/system/clocksource/clocksource0/available_clocksource", "tsc hpet \n")
                .with("sys/devices/system/clocksource/clocksource0/current_clocksource", "tsc\n");
    }
}
