package dev.belvedere.scrape;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.belvedere.platform.disk.Disk;
import dev.belvedere.platform.disk.DiskFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;

/// Writes failed scrapes to the files of `scrape_failure_log_file`, one JSON object a line. A file is opened for each
/// line, so that it can be moved away at any time. Safe from any thread.
final class FailureLog {

    private static final System.Logger LOG = System.getLogger(FailureLog.class.getName());
    private static final JsonFactory JSON = new JsonFactory();

    private final Disk disk;

    @GuardedBy("this")
    private boolean isFailing;

    FailureLog(Disk disk) {
        this.disk = disk;
    }

    /// @param file `""` for none
    void add(String file, long millis, String job, String target, String error) {
        if (!file.isEmpty()) {
            append(Path.of(file), line(millis, job, target, error));
        }
    }

    private static byte[] line(long millis, String job, String target, String error) {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(line)) {
            json.writeStartObject();
            json.writeStringField("time", Instant.ofEpochMilli(millis).toString());
            json.writeStringField("level", "ERROR");
            json.writeStringField("msg", error);
            json.writeStringField("job_name", job);
            json.writeStringField("target", target);
            json.writeEndObject();
        } catch (IOException e) {
            throw new IllegalStateException("an array takes everything", e);
        }
        line.writeBytes("\n".getBytes(StandardCharsets.UTF_8));
        return line.toByteArray();
    }

    private synchronized void append(Path file, byte[] line) {
        try (DiskFile open = disk.open(file)) {
            open.write(ByteBuffer.wrap(line), open.size());
            isFailing = false;
        } catch (IOException e) {
            if (!isFailing) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        "failed scrapes cannot be written to " + file + ": " + e.getMessage());
            }
            isFailing = true;
        }
    }
}
