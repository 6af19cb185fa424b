package dev.belvedere.tsdb.maintenance;

import dev.belvedere.model.OperationException;
import dev.belvedere.platform.catalog.SegmentRecord;
import dev.belvedere.platform.metrics.Counter;
import dev.belvedere.tsdb.block.Block;
import dev.belvedere.tsdb.block.BlockChunk;
import dev.belvedere.tsdb.block.BlockReader;
import dev.belvedere.tsdb.index.SeriesIndex;
import dev.belvedere.tsdb.options.TsdbEnvironment;
import dev.belvedere.tsdb.partition.BlockNames;
import dev.belvedere.tsdb.partition.Partition;
import dev.belvedere.tsdb.partition.TenantPartition;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Reads every block once a period, slowly, so that damage is found while there is still a copy somewhere
/// (docs/retention.md, "Damaged blocks"). Used by one thread at a time.
///
/// Nothing is written down: a block's key says at which moment of each period it is its turn, so that a
/// restart does not begin anew. A block whose moment passes while the server is down, or that waits when it
/// stops, is read a period later.
final class Scrub {

    private static final System.Logger LOG = System.getLogger(Scrub.class.getName());

    /// What is read at most.
    static final long BYTES_PER_SECOND = 8L << 20;

    /// What is not read in one round, be it late, is not made up for in the next.
    private static final long MAX_ROUND_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final TsdbEnvironment environment;
    private final List<Partition> partitions;
    private final long periodMillis;
    private final long bytesPerSecond;
    private final Counter blocks;
    private final Counter bytes;
    private final Counter damages;

    /// Blocks whose moment has come.
    private final Deque<SegmentRecord> due = new ArrayDeque<>();

    private @Nullable Reading current;
    private long lastMillis;
    private long lastNanos;

    /// Bytes that may be read; negative after a chunk that was larger than what was left.
    private long allowance;

    /// A block in hand, opened for this reading alone, and its chunks from front to back.
    private record Reading(Block block, Deque<BlockChunk> chunks) {}

    /// @param periodMillis 0 for never
    Scrub(TsdbEnvironment environment, List<Partition> partitions, long periodMillis, long bytesPerSecond) {
        this.environment = environment;
        this.partitions = partitions;
        this.periodMillis = periodMillis;
        this.bytesPerSecond = bytesPerSecond;
        this.lastMillis = environment.time().currentMillis();
        this.lastNanos = environment.time().nanoTime();
        this.blocks = environment
                .metrics()
                .counter("belvedere_tsdb_scrubbed_blocks_total", "Blocks that were read in search of damage.");
        this.bytes = environment
                .metrics()
                .counter("belvedere_tsdb_scrubbed_bytes_total", "Bytes of blocks that were read in search of damage.");
        this.damages = environment
                .metrics()
                .counter(
                        "belvedere_tsdb_scrub_damages_total",
                        "Blocks and chunks that were found damaged by reading in search of damage.");
    }

    /// Reads on for as long as the time since the last round allows.
    void scrub() {
        if (periodMillis == 0) {
            return;
        }
        long nanos = environment.time().nanoTime();
        allowance = Math.min(allowance, 0)
                + bytesPerSecond * TimeUnit.NANOSECONDS.toMillis(Math.min(nanos - lastNanos, MAX_ROUND_NANOS)) / 1000;
        lastNanos = nanos;
        addDue();
        while (allowance > 0 && (current != null || next())) {
            readChunk();
        }
    }

    private void addDue() {
        long now = environment.time().currentMillis();
        if (now <= lastMillis) {
            lastMillis = now;
            return;
        }
        Set<String> waiting = new HashSet<>();
        due.forEach(record -> waiting.add(record.key()));
        for (SegmentRecord record : environment.catalog().state().segments(TsdbEnvironment.TOPIC)) {
            if (BlockNames.isBlock(record) && isDue(record.key(), lastMillis, now) && waiting.add(record.key())) {
                due.add(record);
            }
        }
        lastMillis = now;
    }

    /// Whether the moment of a block lies after one time and not after another.
    private boolean isDue(String key, long fromMillis, long toMillis) {
        long moment = Math.floorMod(key.hashCode() * 0x9E3779B97F4A7C15L >>> 1, periodMillis);
        return Math.floorDiv(toMillis - moment, periodMillis) > Math.floorDiv(fromMillis - moment, periodMillis);
    }

    /// Takes the next block in hand.
    private boolean next() {
        while (true) {
            SegmentRecord record = due.poll();
            if (record == null) {
                return false;
            }
            if (!environment.catalog().state().contains(record.key())) {
                continue;
            }
            try {
                Block block = BlockReader.open(record, environment.segments(), new SeriesIndex());
                List<BlockChunk> chunks = new ArrayList<>();
                block.chunks().values().forEach(chunks::addAll);
                chunks.sort(Comparator.comparingLong(BlockChunk::position));
                current = new Reading(block, new ArrayDeque<>(chunks));
                long ends = record.sizeBytes()
                        - chunks.stream().mapToLong(BlockChunk::length).sum();
                count(ends);
                return true;
            } catch (OperationException e) {
                found(record, e, Optional.empty());
            }
        }
    }

    private void count(long read) {
        allowance -= read;
        bytes.add(read);
    }

    private void readChunk() {
        Reading reading = current;
        if (reading == null) {
            return;
        }
        BlockChunk chunk = reading.chunks().poll();
        if (chunk == null) {
            reading.block().giveUp(false);
            blocks.increment();
            current = null;
            return;
        }
        count(chunk.length());
        try {
            chunk.check();
        } catch (OperationException e) {
            found(reading.block().record(), e, Optional.of(chunk));
        }
    }

    /// @param chunk absent if not even the index can be read
    private void found(SegmentRecord record, OperationException failure, Optional<BlockChunk> chunk) {
        if (!Block.isDamage(failure) || !environment.catalog().state().contains(record.key())) {
            return;
        }
        damages.increment();
        LOG.log(
                Level.ERROR,
                "reading in search of damage found a damaged metrics block: restore it from a copy, or stop the server and"
                        + " run `belvedere check blocks --repair` key=" + record.key(),
                failure);
        Partition partition = partitions.get(record.partition());
        synchronized (partition) {
            partition.findTenantLocked(record.tenant()).ifPresent(share -> note(share, record, failure, chunk));
        }
    }

    /// Lets queries, the list of lost blocks and the gauges know.
    private static void note(
            TenantPartition share, SegmentRecord record, OperationException failure, Optional<BlockChunk> chunk) {
        List<Block> all = new ArrayList<>(share.blocks());
        all.addAll(share.rollups().all());
        for (Block block : all) {
            if (block.record().equals(record) && share.open(block)) {
                chunk.ifPresent(damaged -> block.noteDamage(damaged.position(), failure));
            }
        }
    }
}
