package dev.belvedere.tsdb;

/// What all who write blocks share.
record BlockSupport(StoreMetrics metrics, BlockNames names, Publisher publisher) {}
