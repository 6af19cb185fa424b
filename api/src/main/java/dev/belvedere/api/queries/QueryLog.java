package dev.belvedere.api.queries;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.belvedere.api.json.JsonWriter;
import dev.belvedere.model.OperationException;
import dev.belvedere.platform.disk.Disk;
import dev.belvedere.platform.disk.DiskFile;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The file that `global.query_log_file` names: a JSON object per query, as Prometheus writes them. Safe from any
/// thread. A file that cannot be written is told once and stops nothing.
public final class QueryLog implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(QueryLog.class.getName());

    private static final DateTimeFormatter TIME =
            new DateTimeFormatterBuilder().appendInstant(3).toFormatter();

    private final Disk disk;

    @GuardedBy("this")
    private @Nullable DiskFile file;

    @GuardedBy("this")
    private Optional<Path> path = Optional.empty();

    @GuardedBy("this")
    private long size;

    public QueryLog(Disk disk) {
        this.disk = disk;
    }

    /// Writes to another file from now on. The same file is opened anew: it may have been moved away.
    ///
    /// @param newPath absent to write nothing
    public synchronized void reopen(Optional<Path> newPath) {
        close();
        path = newPath;
        if (newPath.isPresent()) {
            try {
                DiskFile opened = disk.open(newPath.get());
                size = opened.size();
                file = opened;
            } catch (IOException e) {
                LOG.log(
                        Level.WARNING,
                        "the query log " + newPath.get() + " could not be opened: no query is logged",
                        e);
            }
        }
    }

    synchronized void write(FinishedQuery query) {
        DiskFile open = file;
        if (open == null) {
            return;
        }
        byte[] line = line(query);
        try {
            open.write(ByteBuffer.wrap(line), size);
            size += line.length;
        } catch (IOException e) {
            LOG.log(Level.WARNING, "the query log " + path.orElseThrow() + " cannot be written any more", e);
            close();
        }
    }

    private static byte[] line(FinishedQuery query) {
        QueryDescription asked = query.description();
        JsonWriter json = new JsonWriter();
        json.beginObject()
                .name("time")
                .value(time(query.endMillis()))
                .name("level")
                .value("INFO");
        json.name("msg").value(asked.language().label() + " query logged");
        json.name("params").beginObject();
        json.name("end").value(time(asked.endMillis()));
        json.name("query").value(asked.text());
        json.name("start").value(time(asked.startMillis()));
        json.name("step").value(asked.stepMillis() / 1000).endObject();
        OperationException failure = query.failure();
        if (failure != null) {
            json.name("error").value(String.valueOf(failure.getMessage()));
        }
        StatisticsJson.write(json.name("stats"), query);
        switch (asked.origin()) {
            case QueryDescription.Origin.Http http -> {
                json.name("httpRequest").beginObject().name("clientIP").value(http.client());
                json.name("method").value(http.method()).name("path").value(http.path());
                json.endObject();
            }
            case QueryDescription.Origin.Rules rules -> ruleGroup(json, rules);
        }
        json.endObject();
        byte[] line = Arrays.copyOf(json.array(), json.size() + 1);
        line[json.size()] = '\n';
        return line;
    }

    static void ruleGroup(JsonWriter json, QueryDescription.Origin.Rules rules) {
        json.name("ruleGroup").beginObject().name("file").value(rules.file());
        json.name("name").value(rules.group()).endObject();
    }

    private static String time(long millis) {
        return TIME.format(Instant.ofEpochMilli(millis));
    }

    @Override
    public synchronized void close() {
        DiskFile open = file;
        file = null;
        if (open != null) {
            try {
                open.close();
            } catch (IOException e) {
                LOG.log(Level.WARNING, "the query log " + path.orElseThrow() + " could not be closed", e);
            }
        }
    }
}
