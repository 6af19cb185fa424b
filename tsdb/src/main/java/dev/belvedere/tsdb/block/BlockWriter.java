package dev.belvedere.tsdb.block;

import com.github.luben.zstd.Zstd;
import dev.belvedere.model.Tenant;
import dev.belvedere.platform.segment.SegmentSink;
import dev.belvedere.tsdb.codec.ByteSink;
import dev.belvedere.tsdb.index.IndexView;
import dev.belvedere.tsdb.index.PairStrings;
import dev.belvedere.tsdb.index.Target;
import it.unimi.dsi.fastutil.ints.Int2IntOpenHashMap;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/// Writes one block, target after target. Used once.
public final class BlockWriter {

    /// Higher levels take several times the memory, which the C library keeps, and save nothing here.
    private static final int INDEX_COMPRESSION = 6;

    private final SegmentSink sink;
    private final byte[] header;
    private final Tenant tenant;
    private final IndexView view;
    private final PairStrings strings = new PairStrings();
    private final Int2IntOpenHashMap definitionNumbers = new Int2IntOpenHashMap();
    private final ByteSink definitions = new ByteSink(1 << 12);
    private final ByteSink targets = new ByteSink(1 << 12);
    private final WrittenIndex written;
    private long lastMinMillis;
    private long lastEnd = BlockFormat.HEADER_BYTES;

    /// Where the series of the target stand; empty until a part has others than all.
    private final Int2IntOpenHashMap places = new Int2IntOpenHashMap();

    /// A chunk with its bytes.
    ///
    /// @param series the series of its columns
    public record EncodedPart(int[] series, long minMillis, long maxMillis, byte[] bytes, int headerLength) {}

    /// @param written takes note of what is written; new
    public BlockWriter(SegmentSink sink, Tenant tenant, IndexView view, WrittenIndex written) {
        this.sink = sink;
        this.tenant = tenant;
        this.view = view;
        this.written = written;
        definitionNumbers.defaultReturnValue(-1);
        header = BlockFormat.header(BlockFormat.VERSION, written.columnsPerSeries());
        sink.write(ByteBuffer.wrap(header));
    }

    /// @param series all series of the parts, in the order in which most parts have them
    /// @param parts by minimum time
    public void add(Target target, int[] series, List<EncodedPart> parts) {
        written.beginTarget(target);
        targets.putVarint(target.pairs().length);
        for (int pair : target.pairs()) {
            strings.putPair(view, pair, targets);
        }
        targets.putVarint(series.length);
        int expected = 0;
        for (int i = 0; i < series.length; i++) {
            int definition = definitionNumber(view.definitionOf(series[i]));
            targets.putZigzag((long) definition - expected);
            expected = definition + 1;
        }
        places.clear();
        targets.putVarint(parts.size());
        for (EncodedPart part : parts) {
            addPart(part, series);
        }
    }

    private void addPart(EncodedPart part, int[] series) {
        targets.putZigzag(part.minMillis() - lastMinMillis);
        targets.putVarint(part.maxMillis() - part.minMillis());
        lastMinMillis = part.minMillis();
        targets.putVarint(sink.position() - lastEnd);
        written.add(part, new BlockChunk.Place(sink.position(), part.headerLength(), part.bytes().length));
        sink.write(ByteBuffer.wrap(part.bytes()));
        lastEnd = sink.position();
        targets.putVarint(part.headerLength());
        targets.putVarint(part.bytes().length);
        if (Arrays.equals(part.series(), series)) {
            targets.putVarint(0);
            return;
        }
        if (places.isEmpty()) {
            for (int i = 0; i < series.length; i++) {
                places.put(series[i], i);
            }
        }
        targets.putVarint(part.series().length);
        int expected = 0;
        for (int each : part.series()) {
            int place = places.get(each);
            targets.putZigzag((long) place - expected);
            expected = place + 1;
        }
    }

    private int definitionNumber(int definition) {
        int known = definitionNumbers.get(definition);
        if (known >= 0) {
            return known;
        }
        int number = definitionNumbers.size();
        definitionNumbers.put(definition, number);
        int count = view.pairCountOf(definition);
        definitions.putVarint(count);
        for (int i = 0; i < count; i++) {
            strings.putPair(view, view.pairOf(definition, i), definitions);
        }
        return number;
    }

    /// Writes index and footer.
    public void finish() {
        ByteSink index = new ByteSink(definitions.size() + targets.size() + 1024);
        index.putString(tenant.name());
        strings.putStrings(index);
        index.putVarint(definitionNumbers.size());
        index.putBytes(definitions);
        index.putVarint(written.targetCount());
        index.putBytes(targets);
        byte[] raw = index.toBytes();
        byte[] compressed = Zstd.compress(raw, INDEX_COMPRESSION);
        ByteSink footer = new ByteSink(BlockFormat.FOOTER_BYTES);
        footer.putLong(sink.position());
        footer.putInt(compressed.length);
        footer.putInt(raw.length);
        footer.putInt(ByteSink.checksum(compressed, 0, compressed.length));
        footer.putInt(BlockFormat.checksum(header, footer.toBytes()));
        footer.putInt(BlockFormat.MAGIC);
        sink.write(ByteBuffer.wrap(compressed));
        sink.write(footer.toBuffer());
    }
}
