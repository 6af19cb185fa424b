package dev.belvedere.agent.host;

import dev.belvedere.model.labels.Labels;
import dev.belvedere.model.metrics.MetricType;
import dev.belvedere.platform.machine.MountUsage;
import dev.belvedere.platform.machine.Mounts;
import dev.belvedere.platform.metrics.FamilyBuffer;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/// Size and free room of each mounted file system that is not one of the kernel's own or a container's layer.
final class FilesystemCollector implements HostCollector {

    private record Mount(
            String device, String mountPoint, String fsType, boolean isReadOnly, String major, String minor) {

        Labels labels(String error) {
            return Labels.of("device", device, "mountpoint", mountPoint, "fstype", fsType, "device_error", error);
        }
    }

    private static final Pattern EXCLUDED_MOUNT_POINTS =
            Pattern.compile("^/(dev|proc|run/credentials/.+|sys|var/lib/docker/.+|var/lib/containers/storage/.+)($|/)");
    private static final Pattern EXCLUDED_TYPES = Pattern.compile("^(autofs|binfmt_misc|bpf|cgroup2?|configfs|debugfs"
            + "|devpts|devtmpfs|fusectl|hugetlbfs|iso9660|mqueue|nsfs|overlay|proc|procfs|pstore|rpc_pipefs"
            + "|securityfs|selinuxfs|squashfs|erofs|sysfs|tracefs)$");

    private final HostFiles files;
    private final Mounts mounts;

    FilesystemCollector(HostFiles files, Mounts mounts) {
        this.files = files;
        this.mounts = mounts;
    }

    @Override
    public String name() {
        return "filesystem";
    }

    @Override
    public void collect(FamilyBuffer out) throws IOException {
        Set<Labels> seen = new HashSet<>();
        for (String line : mountLines()) {
            Mount mount = parse(line);
            if (!EXCLUDED_MOUNT_POINTS.matcher(mount.mountPoint()).find()
                    && !EXCLUDED_TYPES.matcher(mount.fsType()).find()
                    && seen.add(mount.labels(""))) {
                add(out, mount);
            }
        }
    }

    /// The first process' mounts are the machine's; where they are hidden, our own.
    private List<String> mountLines() throws IOException {
        try {
            return files.lines("proc/1/mountinfo");
        } catch (IOException e) {
            return files.lines("proc/self/mountinfo");
        }
    }

    /// `36 35 98:0 /root /mount/point rw,noatime shared:1 - ext4 /dev/sda1 rw,errors=continue`
    private static Mount parse(String line) throws IOException {
        String[] fields = HostFiles.fields(line);
        int dash = Arrays.asList(fields).indexOf("-");
        if (dash < 6 || fields.length < dash + 4) {
            throw new IOException("/proc/1/mountinfo: cannot read the line \"" + line + "\"");
        }
        String options = fields[5] + "," + fields[dash + 3];
        boolean isReadOnly =
                List.of(options.split(",")).stream().anyMatch(o -> o.equals("ro") || o.equals("emergency_ro"));
        String[] number = fields[2].split(":", 2);
        return new Mount(
                unescape(fields[dash + 2]),
                unescape(fields[4]),
                fields[dash + 1],
                isReadOnly,
                number[0],
                number.length > 1 ? number[1] : "");
    }

    /// Blanks stand in octal: `\040`.
    private static String unescape(String field) {
        return field.replace("\\040", " ").replace("\\011", "\t");
    }

    private void add(FamilyBuffer out, Mount mount) {
        MountUsage usage;
        try {
            usage = mounts.usage(files.root().resolve(mount.mountPoint().substring(1)));
        } catch (IOException e) {
            Labels labels = mount.labels(String.valueOf(e.getMessage()));
            gauge(out, "device_error", "Whether the file system did not answer.", labels, 1);
            gauge(out, "readonly", "Whether it is mounted read-only.", labels, mount.isReadOnly() ? 1 : 0);
            return;
        }
        Labels labels = mount.labels("");
        gauge(out, "device_error", "Whether the file system did not answer.", labels, 0);
        gauge(out, "readonly", "Whether it is mounted read-only.", labels, mount.isReadOnly() ? 1 : 0);
        gauge(out, "size_bytes", "Size.", labels, usage.sizeBytes());
        gauge(out, "free_bytes", "Free room, including what is kept for root.", labels, usage.freeBytes());
        gauge(out, "avail_bytes", "Free room for everybody.", labels, usage.availableBytes());
        gauge(out, "files", "Inodes.", labels, usage.files());
        gauge(out, "files_free", "Free inodes.", labels, usage.filesFree());
        Labels identity = Labels.of(
                "device", mount.device(),
                "major", mount.major(),
                "minor", mount.minor(),
                "mountpoint", mount.mountPoint());
        gauge(out, "mount_info", "Which device is mounted where; always 1.", identity, 1);
    }

    private static void gauge(FamilyBuffer out, String name, String help, Labels labels, double value) {
        out.add("node_filesystem_" + name, MetricType.GAUGE, help, labels, value);
    }
}
