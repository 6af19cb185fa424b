package dev.belvedere.tsdb.read;

import dev.belvedere.tsdb.chunk.Chunk;
import dev.belvedere.tsdb.index.IndexView;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.util.List;

/// What a query or a compaction wants of one target: some of its series, and every chunk that may hold samples of
/// them, older sources before newer ones.
public record TargetGroups(IndexView view, IntArrayList series, List<Chunk> chunks) {}
