package dev.belvedere.server.data;

import dev.belvedere.model.Fault;
import dev.belvedere.model.OperationException;
import dev.belvedere.platform.disk.Disk;
import dev.belvedere.platform.disk.DiskFile;
import dev.belvedere.server.config.DataConfig;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What was fixed when a data directory was made. Format: docs/format/data-directory.md.
public record DataLayout(int partitions) {

    private static final String FILE = "layout";
    private static final int MAX_FILE_BYTES = 4096;
    private static final Pattern FORM = Pattern.compile("belvedere-data (\\d+)\npartitions (\\d+)\n");

    public DataLayout {
        if (partitions < 1 || partitions > DataConfig.MAX_PARTITIONS) {
            throw new IllegalArgumentException(
                    "partitions must be 1 to " + DataConfig.MAX_PARTITIONS + ", got " + partitions);
        }
    }

    /// Reads the layout of a directory, or makes it where there is none.
    ///
    /// @param partitionsWhenNew how many partitions a new directory gets
    /// @throws OperationException `data_not_ours` or `io_error`
    public static DataLayout open(Disk disk, Path directory, int partitionsWhenNew) {
        try {
            disk.createDirectories(directory);
            Path file = directory.resolve(FILE);
            if (disk.exists(file)) {
                return parse(directory, new String(disk.readAll(file, MAX_FILE_BYTES), StandardCharsets.US_ASCII));
            }
            if (disk.exists(directory.resolve("wal"))) {
                throw notOurs(directory, "it has data but no file \"layout\"");
            }
            DataLayout layout = new DataLayout(partitionsWhenNew);
            layout.write(disk, directory);
            return layout;
        } catch (IOException e) {
            throw new OperationException(
                    "io_error", Fault.DEPENDENCY, "could not open the data directory " + directory + ": " + e, e);
        }
    }

    private static DataLayout parse(Path directory, String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches() || !matcher.group(1).equals("1")) {
            throw notOurs(directory, "its file \"layout\" is of another version");
        }
        try {
            return new DataLayout(Integer.parseInt(matcher.group(2)));
        } catch (IllegalArgumentException e) {
            throw notOurs(directory, String.valueOf(e.getMessage()));
        }
    }

    private static OperationException notOurs(Path directory, String why) {
        return new OperationException(
                "data_not_ours",
                Fault.USER,
                directory + " is no data directory of this version of Belvedere (" + why
                        + "): run the release that wrote it, or choose another with --data");
    }

    private void write(Disk disk, Path directory) throws IOException {
        Path temporary = directory.resolve(FILE + ".tmp");
        String text = "belvedere-data 1\npartitions " + partitions + "\n";
        try (DiskFile file = disk.open(temporary)) {
            file.truncate(0);
            file.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)), 0);
            file.sync();
        }
        disk.rename(temporary, directory.resolve(FILE));
        disk.syncDirectory(directory);
    }
}
