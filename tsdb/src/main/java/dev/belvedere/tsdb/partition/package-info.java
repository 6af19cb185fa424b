/// One partition: log, index, head and blocks under one lock, and how series find the partition they belong to.
@NullMarked
package dev.belvedere.tsdb.partition;

import org.jspecify.annotations.NullMarked;
