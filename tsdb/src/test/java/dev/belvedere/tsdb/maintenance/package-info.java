/// Tests of background work.
@NullMarked
package dev.belvedere.tsdb.maintenance;

import org.jspecify.annotations.NullMarked;
