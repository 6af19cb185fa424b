package dev.belvedere.tsdb.block;

import dev.belvedere.model.OperationException;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.tsdb.chunk.ChunkEncoder;
import dev.belvedere.tsdb.chunk.ChunkHeader;
import dev.belvedere.tsdb.index.IndexView;
import it.unimi.dsi.fastutil.ints.Int2ObjectOpenHashMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Counts the bytes of a block by metric: a page's are shared alike by its columns, a chunk's header by all of its
/// columns. Reads the headers of all chunks. Used once.
final class MetricBytes {

    private final IndexView view;
    private final Int2ObjectOpenHashMap<String> names = new Int2ObjectOpenHashMap<>();
    private final Map<String, Double> bytes = new HashMap<>();

    private MetricBytes(IndexView view) {
        this.view = view;
    }

    static Map<String, Long> of(Block block, IndexView view) {
        MetricBytes counted = new MetricBytes(view);
        for (List<BlockChunk> ofTarget : block.chunks().values()) {
            ofTarget.forEach(counted::add);
        }
        Map<String, Long> rounded = new HashMap<>();
        counted.bytes.forEach((name, each) -> rounded.put(name, Math.round(each)));
        return Map.copyOf(rounded);
    }

    private void add(BlockChunk chunk) {
        int[] pages;
        try {
            pages = ChunkHeader.read(chunk).pageLengths();
        } catch (OperationException e) {
            if (!chunk.block().noteDamage(chunk, e)) {
                throw e;
            }
            return;
        }
        int[] series = chunk.layout().series();
        int columns = series.length * chunk.block().columnsPerSeries();
        double header = (double) chunk.headerLength() / columns;
        for (int column = 0; column < columns; column++) {
            int page = column / ChunkEncoder.PAGE_COLUMNS;
            int inPage = Math.min(ChunkEncoder.PAGE_COLUMNS, columns - page * ChunkEncoder.PAGE_COLUMNS);
            bytes.merge(name(series[column % series.length]), header + (double) pages[page] / inPage, Double::sum);
        }
    }

    private String name(int series) {
        return names.computeIfAbsent(view.definitionOf(series), this::nameOf);
    }

    private String nameOf(int definition) {
        for (int i = 0; i < view.pairCountOf(definition); i++) {
            int pair = view.pairOf(definition, i);
            if (view.name(pair).equals(Labels.METRIC_NAME)) {
                return view.value(pair);
            }
        }
        return "";
    }
}
