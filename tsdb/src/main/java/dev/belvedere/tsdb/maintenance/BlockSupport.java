package dev.belvedere.tsdb.maintenance;

import dev.belvedere.tsdb.partition.BlockNames;
import dev.belvedere.tsdb.partition.StoreMetrics;

/// What all who write blocks share.
record BlockSupport(StoreMetrics metrics, BlockNames names, Publisher publisher) {}
