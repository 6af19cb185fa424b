package dev.belvedere.agent.logs;

import dev.belvedere.model.Fault;
import dev.belvedere.model.OperationException;
import dev.belvedere.model.events.Attributes;
import dev.belvedere.model.events.LogRecord;
import dev.belvedere.model.events.SpanId;
import dev.belvedere.model.events.TraceId;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.platform.disk.Disk;
import dev.belvedere.platform.disk.FileIdentity;
import dev.belvedere.platform.metrics.Counter;
import dev.belvedere.platform.metrics.MetricRegistry;
import dev.belvedere.platform.time.TimeSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Follows log files and hands their lines to a sink in batches. A file's position moves on only after the sink has
/// accepted its lines, so that nothing is lost when either end stops; lines may come twice after a crash.
///
/// Files are known by inode: one that is renamed is read to its end under whatever name, one that is truncated is
/// read from its start. One thread calls [#run]; tests call [#pass].
public final class LogTailer {

    private static final System.Logger LOG = System.getLogger(LogTailer.class.getName());

    private static final int MAX_BATCH_RECORDS = 1000;
    private static final int MAX_BATCH_CHARS = 1 << 20;
    private static final int MIN_CHUNK_BYTES = 64 << 10;
    private static final Duration FIRST_RETRY = Duration.ofSeconds(1);
    private static final Duration LAST_RETRY = Duration.ofSeconds(30);
    private static final Set<String> COMPRESSED = Set.of("gz", "zst", "xz", "bz2", "zip");
    private static final Attributes CUT = Attributes.of("log.truncated", "true");

    private final List<LogFiles> sources;
    private final Labels common;
    private final TailOptions options;
    private final Disk disk;
    private final TimeSource time;
    private final LogSink sink;
    private final TailPositions positions;
    private final Map<FileIdentity, TailedFile> files = new LinkedHashMap<>();
    private final Counter lines;
    private final Counter cutLines;
    private final Counter droppedLines;

    private final ByteBuffer chunk;
    private final List<LogRecord> batch = new ArrayList<>();
    private final Set<TailedFile> filesOfBatch = new LinkedHashSet<>();
    private int batchChars;
    private long lastNanos;
    private long lastScanNanos;
    private boolean hasScanned;
    private boolean isTooManyTold;
    private volatile int openFiles;
    private volatile boolean isClosing;

    /// @param common labels of every line: `node`, ...
    /// @throws IOException if positions cannot be read or kept
    public LogTailer(
            List<LogFiles> sources,
            Labels common,
            TailOptions options,
            Disk disk,
            TimeSource time,
            LogSink sink,
            MetricRegistry registry)
            throws IOException {
        this.sources = List.copyOf(sources);
        this.common = common;
        this.options = options;
        this.disk = disk;
        this.time = time;
        this.sink = sink;
        this.chunk = ByteBuffer.allocate(Math.max(MIN_CHUNK_BYTES, options.maxLineBytes() + 2));
        this.positions = TailPositions.open(disk, options.positions());
        lines = registry.counter("belvedere_agent_log_lines_total", "Lines of log files that were handed on.");
        cutLines = registry.counter("belvedere_agent_log_lines_cut_total", "Lines that were too long and were cut.");
        droppedLines = registry.counter(
                "belvedere_agent_log_lines_dropped_total", "Lines that the receiver refused for good.");
        registry.gauge("belvedere_agent_log_files", "Log files that are being followed.", () -> openFiles);
    }

    /// Follows until interrupted, then saves positions and closes files.
    public void run() {
        try {
            while (!isClosing) {
                if (!pass()) {
                    time.sleep(options.pollInterval());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            close();
        }
    }

    /// Asks [#run] to end; the caller interrupts its thread too.
    public void stop() {
        isClosing = true;
    }

    /// Looks for files if it is time, and reads all that is new.
    ///
    /// @return whether anything was read
    public boolean pass() throws InterruptedException {
        if (!hasScanned
                || time.nanoTime() - lastScanNanos >= options.scanInterval().toNanos()) {
            scan();
            lastScanNanos = time.nanoTime();
            hasScanned = true;
        }
        boolean hasRead = false;
        for (TailedFile file : List.copyOf(files.values())) {
            hasRead |= read(file);
        }
        flush();
        save();
        openFiles = files.size();
        return hasRead;
    }

    private void scan() {
        Set<FileIdentity> seen = new LinkedHashSet<>();
        for (LogFiles source : sources) {
            for (Path path : find(source)) {
                try {
                    FileIdentity identity = disk.identity(path);
                    seen.add(identity);
                    if (!files.containsKey(identity)) {
                        open(path, identity, source);
                    }
                } catch (IOException e) {
                    LOG.log(System.Logger.Level.DEBUG, "cannot open a log file path={0} reason={1}", path, e);
                }
            }
        }
        files.forEach((identity, file) -> {
            if (!seen.contains(identity)) {
                file.renamedOrRemoved();
            }
        });
    }

    private List<Path> find(LogFiles source) {
        Set<Path> found = new LinkedHashSet<>();
        try {
            for (GlobPattern pattern : source.paths()) {
                found.addAll(pattern.find(disk, options.maxFiles()));
            }
            for (GlobPattern pattern : source.excluded()) {
                pattern.find(disk, Integer.MAX_VALUE).forEach(found::remove);
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "cannot list log files reason={0}", e.toString());
        }
        found.removeIf(path -> isCompressed(path.getFileName().toString()));
        return List.copyOf(found);
    }

    private static boolean isCompressed(String name) {
        return COMPRESSED.contains(name.substring(name.lastIndexOf('.') + 1));
    }

    private void open(Path path, FileIdentity identity, LogFiles source) throws IOException {
        if (files.size() >= options.maxFiles()) {
            if (!isTooManyTold) {
                isTooManyTold = true;
                LOG.log(
                        System.Logger.Level.WARNING,
                        "more log files match than may be open: raise agent.maxLogFiles or narrow the paths limit={0}",
                        options.maxFiles());
            }
            return;
        }
        TailedFile file = TailedFile.open(disk, path, identity, stream(path, source), options.maxLineBytes())
                .orElse(null);
        if (file == null) {
            return;
        }
        TailPosition known = positions.get(identity).orElse(null);
        if (known != null) {
            file.resume(known);
        } else if (source.isFromEnd() && !hasScanned) {
            file.skipToEnd();
        }
        files.put(identity, file);
        filesOfBatch.add(file);
    }

    private Labels stream(Path path, LogFiles source) {
        String name = path.getFileName().toString();
        int dot = name.indexOf('.');
        Labels.Builder builder = common.toBuilder()
                .set("filename", path.toString())
                .set("service_name", dot > 0 ? name.substring(0, dot) : name);
        source.labels().forEach(builder::set);
        return builder.build();
    }

    private boolean read(TailedFile file) throws InterruptedException {
        try {
            boolean hasRead = file.read(chunk, this::take);
            while (isFull() && !isClosing) {
                flush();
                hasRead |= file.read(chunk, this::take);
            }
            if (hasRead) {
                filesOfBatch.add(file);
            } else if (file.isFinished()) {
                files.remove(file.identity());
                close(file);
            }
            return hasRead;
        } catch (IOException e) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "cannot read a log file path={0} reason={1}",
                    file.path(),
                    e.toString());
            files.remove(file.identity());
            close(file);
            return false;
        }
    }

    private boolean take(TailedFile file, String text, boolean isCut) {
        lastNanos = Math.max(lastNanos + 1, time.currentNanos());
        batch.add(new LogRecord(
                file.stream(),
                lastNanos,
                lastNanos,
                0,
                text,
                isCut ? CUT : Attributes.EMPTY,
                TraceId.NONE,
                SpanId.NONE));
        filesOfBatch.add(file);
        batchChars += text.length();
        if (isCut) {
            cutLines.increment();
        }
        return !isFull();
    }

    private boolean isFull() {
        return batch.size() >= MAX_BATCH_RECORDS || batchChars >= MAX_BATCH_CHARS;
    }

    /// Offers the batch until it is accepted or refused for good. What was read while being stopped is left for the
    /// next start.
    private void flush() throws InterruptedException {
        if (isClosing) {
            throw new InterruptedException();
        }
        if (!batch.isEmpty()) {
            deliver();
        }
        for (TailedFile file : filesOfBatch) {
            try {
                positions.put(file.identity(), file.accepted());
            } catch (IOException e) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        "cannot read a log file path={0} reason={1}",
                        file.path(),
                        e.toString());
            }
        }
        batch.clear();
        filesOfBatch.clear();
        batchChars = 0;
    }

    private void deliver() throws InterruptedException {
        Duration pause = FIRST_RETRY;
        while (true) {
            try {
                sink.accept(List.copyOf(batch));
                lines.add(batch.size());
                return;
            } catch (OperationException e) {
                if (e.fault() == Fault.USER) {
                    LOG.log(
                            System.Logger.Level.WARNING,
                            "log lines were refused lines={0} reason={1}",
                            batch.size(),
                            e.getMessage());
                    droppedLines.add(batch.size());
                    return;
                }
                time.sleep(pause);
                pause = pause.multipliedBy(2).compareTo(LAST_RETRY) > 0 ? LAST_RETRY : pause.multipliedBy(2);
            }
        }
    }

    private void save() {
        try {
            positions.save();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "cannot save the positions of log files reason={0}", e.toString());
        }
    }

    private void close() {
        save();
        files.values().forEach(LogTailer::close);
        files.clear();
    }

    private static void close(TailedFile file) {
        try {
            file.close();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "cannot close a log file reason={0}", e.toString());
        }
    }
}
