/// What happens beside reading and writing: flushing, compaction, downsampling, retention, recovery, checks and repair.
@NullMarked
package dev.belvedere.tsdb.maintenance;

import org.jspecify.annotations.NullMarked;
