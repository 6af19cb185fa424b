package dev.belvedere.eventdb.store;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.belvedere.eventdb.codec.MalformedBytesException;
import dev.belvedere.eventdb.frame.EventFrame;
import dev.belvedere.eventdb.segment.SegmentFile;
import dev.belvedere.eventdb.segment.Signal;
import dev.belvedere.model.Fault;
import dev.belvedere.model.OperationException;
import dev.belvedere.model.Tenant;
import dev.belvedere.platform.catalog.Catalog;
import dev.belvedere.platform.catalog.CatalogEdit;
import dev.belvedere.platform.catalog.SegmentRecord;
import dev.belvedere.platform.log.IngestLog;
import dev.belvedere.platform.log.IngestLogReader;
import dev.belvedere.platform.metrics.Counter;
import dev.belvedere.platform.metrics.MetricRegistry;
import dev.belvedere.platform.segment.SegmentStore;
import dev.belvedere.platform.time.TimeSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// One signal at rest: its partitions, what is published of them, and the work in the background.
///
/// Locks: the maintenance lock (`maintenance`) is taken first, for flush, compaction and retention, so that one of
/// them runs at a time; a partition's lock is taken within and held shortly; a segment handle's lock within that.
/// Readers and appenders take only the latter two, except an appender that finds the head full.
public final class SignalStore<F extends EventFrame<K>, K> {

    private static final System.Logger LOG = System.getLogger(SignalStore.class.getName());

    /// A log that ends this far before the checkpoint was not torn but lost.

    /// @param flushBytes see `EventStoreOptions`, as are the others
    public record Limits(
            long retentionMillis, long flushBytes, long flushAgeNanos, long maxHeadBytes, long maxSegmentBytes) {}

    /// What the store stands on.
    public record Platform(
            IngestLog log, Catalog catalog, SegmentStore segments, TimeSource time, MetricRegistry metrics) {}

    /// How frames are read and rows become segments.
    public record Format<F extends EventFrame<K>, K>(FrameDecoder<F> decoder, SegmentBuilder<F, K> builder) {}

    /// Reads a payload of the log.
    public interface FrameDecoder<F> {
        F decode(byte[] payload);
    }

    private final Signal signal;
    private final Limits limits;
    private final Platform platform;
    private final Format<F, K> format;
    private final List<Partition<F, K>> partitions = new ArrayList<>();
    private final Object maintenance = new Object();

    @GuardedBy("maintenance")
    private final SegmentFiler<F, K> filer;

    @GuardedBy("maintenance")
    private final Compaction<F, K> compaction;

    @GuardedBy("maintenance")
    private final Retention retention;

    private final Counter appendedRows;
    private final Counter flushes;
    private final Counter failures;
    private final Counter unreadableFrames;
    private final Counter lostFrames;
    private volatile String lastFailure = "";

    /// Opens what is published, removes what is not, and reads the log from the checkpoints on.
    public SignalStore(Signal signal, Limits limits, Platform platform, Format<F, K> format) {
        this.signal = signal;
        this.limits = limits;
        this.platform = platform;
        this.format = format;
        this.filer = new SegmentFiler<>(signal, platform.segments(), format.builder());
        this.compaction = new Compaction<>(signal, platform, format.builder(), limits.maxSegmentBytes());
        this.retention = new Retention(platform.time(), limits.retentionMillis());
        String topic = signal.topic();
        MetricRegistry metrics = platform.metrics();
        this.appendedRows =
                metrics.counter("belvedere_events_appended_total", "Log records and spans written.", "signal", topic);
        this.flushes =
                metrics.counter("belvedere_events_flushes_total", "Heads turned into segments.", "signal", topic);
        this.failures = metrics.counter(
                "belvedere_events_maintenance_failures_total",
                "Flushes, compactions and removals that failed and will be tried again.",
                "signal",
                topic);
        this.unreadableFrames = metrics.counter(
                "belvedere_events_unreadable_frames_total",
                "Frames of the ingest log whose content makes no sense.",
                "signal",
                topic);
        this.lostFrames = metrics.counter(
                "belvedere_events_lost_frames_total",
                "Frames missing from the ingest log at start: damaged on disk.",
                "signal",
                topic);
        metrics.gauge("belvedere_events_head_bytes", "Size of the heads.", this::headBytes, "signal", topic);
        metrics.gauge(
                "belvedere_events_segments",
                "Published segments.",
                () -> platform.catalog().state().segments(topic).size(),
                "signal",
                topic);
        open();
    }

    private void open() {
        for (SegmentRecord record : platform.catalog().state().segments(signal.topic())) {
            SegmentFile.requireSupported(platform.segments(), record.key());
        }
        removeUnpublished();
        for (int number = 0; number < platform.log().partitions(); number++) {
            long checkpoint = platform.catalog().state().checkpoint(signal.topic(), number);
            Partition<F, K> partition = new Partition<>(platform.log(), number, checkpoint);
            List<SegmentHandle> handles = new ArrayList<>();
            for (SegmentRecord record : platform.catalog().state().segments(signal.topic())) {
                // Segments of partitions that no longer exist are read and kept by one that does.
                if (record.partition() % platform.log().partitions() == number) {
                    handles.add(new SegmentHandle(record, platform.segments()));
                }
            }
            partition.replace(List.of(), handles);
            partitions.add(partition);
            platform.log().reserveBelow(number, checkpoint);
            replay(partition, checkpoint);
        }
    }

    private void removeUnpublished() {
        Set<String> published = new HashSet<>();
        platform.catalog().state().segments(signal.topic()).forEach(record -> published.add(record.key()));
        for (String key : platform.segments().list(signal.topic() + "/")) {
            if (!published.contains(key)) {
                platform.segments().delete(key);
            }
        }
    }

    private void replay(Partition<F, K> partition, long checkpoint) {
        long expected = checkpoint;
        try (IngestLogReader reader = platform.log().read(partition.number(), checkpoint)) {
            while (reader.next()) {
                lostFrames.add(reader.offset() - expected);
                expected = reader.offset() + 1;
                byte[] payload = new byte[reader.payload().remaining()];
                reader.payload().get(payload);
                applyReplayed(partition, payload, reader.offset());
                if (!partition.hasFrozen() && partition.headBytes() >= limits.flushBytes()) {
                    attempt(() -> flush(partition));
                }
            }
        }
        partition.skipTo(platform.log().endOffset(partition.number()));
    }

    private void applyReplayed(Partition<F, K> partition, byte[] payload, long offset) {
        try {
            F frame = format.decoder().decode(payload);
            frame.verify();
            partition.apply(frame, offset, platform.time().nanoTime());
        } catch (MalformedBytesException e) {
            partition.skipTo(offset + 1);
            unreadableFrames.increment();
            LOG.log(
                    System.Logger.Level.ERROR,
                    "skipped an unreadable frame of the ingest log topic={0} partition={1} offset={2} reason={3}",
                    signal.topic(),
                    partition.number(),
                    Long.toString(offset),
                    e.getMessage());
        }
    }

    public int partitionCount() {
        return partitions.size();
    }

    /// Writes the frames of one request, makes them visible and returns once they are durable.
    ///
    /// @param frames per partition
    /// @throws OperationException `disk_full`, `io_error`, `overloaded`: some of them may be kept, none may be
    ///     acknowledged
    public void append(List<List<F>> frames) {
        long[] lastOffsets = new long[frames.size()];
        for (int number = 0; number < frames.size(); number++) {
            for (F frame : frames.get(number)) {
                lastOffsets[number] = append(partitions.get(number), frame);
            }
        }
        for (int number = 0; number < frames.size(); number++) {
            if (!frames.get(number).isEmpty()) {
                platform.log().awaitDurable(number, lastOffsets[number]);
            }
        }
    }

    private long append(Partition<F, K> partition, F frame) {
        if (partition.headBytes() >= limits.maxHeadBytes()) {
            makeRoom(partition);
        }
        long offset = partition.append(frame, platform.time().nanoTime());
        appendedRows.add(frame.rowCount());
        return offset;
    }

    private void makeRoom(Partition<F, K> partition) {
        synchronized (maintenance) {
            // Of the appenders that wait here only the first finds something to do.
            if (partition.headBytes() >= limits.maxHeadBytes()) {
                attempt(() -> flushAll(partition));
            }
        }
        if (partition.headBytes() >= limits.maxHeadBytes()) {
            throw new OperationException(
                    "overloaded",
                    Fault.OVERLOAD,
                    signal.topic() + " cannot be written to segments (" + lastFailure
                            + "), and the memory for them is full (data.maxEventHeadBytes); try again later");
        }
    }

    /// Everything that may hold rows of the tenant in the range. The caller closes it.
    public Reading<F, K> read(Tenant tenant, long startNanos, long endNanos) {
        Reading<F, K> reading = new Reading<>();
        for (Partition<F, K> partition : partitions) {
            partition.readInto(reading, tenant, startNanos, endNanos);
        }
        return reading;
    }

    /// Published segments of a tenant.
    public List<SegmentRecord> segments(Tenant tenant) {
        return platform.catalog().state().segments(signal.topic()).stream()
                .filter(record -> record.tenant().equals(tenant))
                .toList();
    }

    private double headBytes() {
        return partitions.stream().mapToLong(Partition::headBytes).sum();
    }

    /// Flushes what is due, removes what is too old, compacts one group of segments. A failure is counted, logged
    /// and tried again at the next call.
    public void maintain() {
        for (Partition<F, K> partition : partitions) {
            if (partition.isDue(
                    limits.flushBytes(), limits.flushAgeNanos(), platform.time().nanoTime())) {
                attempt(() -> flush(partition));
            }
        }
        attempt(this::removeExpired);
        for (Partition<F, K> partition : partitions) {
            attempt(() -> compact(partition));
            partition.segments().forEach(SegmentHandle::closeIfIdle);
        }
    }

    private void attempt(Runnable step) {
        try {
            step.run();
            lastFailure = "";
        } catch (OperationException e) {
            failures.increment();
            if (!e.getMessage().equals(lastFailure)) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        "events maintenance failed and will be tried again signal={0} code={1} reason={2}",
                        signal.topic(),
                        e.code(),
                        e.getMessage());
            }
            lastFailure = e.getMessage();
        }
    }

    /// Turns every head into segments, now.
    ///
    /// @throws OperationException `disk_full`, `io_error`: the heads are as they were
    public void flush() {
        partitions.forEach(this::flushAll);
    }

    private void flushAll(Partition<F, K> partition) {
        if (partition.hasFrozen()) {
            // One whose flush failed before; what came since is in the next.
            flush(partition);
        }
        flush(partition);
    }

    private void flush(Partition<F, K> partition) {
        synchronized (maintenance) {
            Optional<Partition.Frozen<F, K>> frozen = partition.freeze();
            if (frozen.isEmpty()) {
                return;
            }
            int number = partition.number();
            List<SegmentRecord> records = filer.write(frozen.get(), number);
            CatalogEdit.Checkpoint checkpoint = new CatalogEdit.Checkpoint(
                    signal.topic(), number, frozen.get().end());
            platform.catalog().commit(CatalogEdit.add(records, List.of(checkpoint)));
            partition.publish(handles(records));
            flushes.increment();
            platform.log().truncate(number, frozen.get().end());
        }
    }

    private List<SegmentHandle> handles(List<SegmentRecord> records) {
        return records.stream()
                .map(record -> new SegmentHandle(record, platform.segments()))
                .toList();
    }

    private void removeExpired() {
        synchronized (maintenance) {
            for (Partition<F, K> partition : partitions) {
                List<SegmentHandle> expired = retention.expired(partition.segments());
                if (!expired.isEmpty()) {
                    List<String> keys = expired.stream()
                            .map(handle -> handle.record().key())
                            .toList();
                    platform.catalog().commit(CatalogEdit.replace(keys, List.of()));
                    partition.replace(expired, List.of());
                    expired.forEach(SegmentHandle::retire);
                    LOG.log(
                            System.Logger.Level.INFO,
                            "removed expired segments signal={0} count={1}",
                            signal.topic(),
                            expired.size());
                }
            }
        }
    }

    private void compact(Partition<F, K> partition) {
        synchronized (maintenance) {
            List<SegmentHandle> inputs = compaction.choose(partition.segments());
            if (inputs.isEmpty()) {
                return;
            }
            SegmentRecord merged = compaction.merge(inputs);
            List<String> keys =
                    inputs.stream().map(handle -> handle.record().key()).toList();
            platform.catalog().commit(CatalogEdit.replace(keys, List.of(merged)));
            partition.replace(inputs, handles(List.of(merged)));
            inputs.forEach(SegmentHandle::retire);
        }
    }

    /// Closes files. Nothing is flushed: what is not in segments is in the log.
    public void close() {
        for (Partition<F, K> partition : partitions) {
            partition.segments().forEach(SegmentHandle::close);
        }
    }
}
