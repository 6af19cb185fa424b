/// The bytes of the metrics log: what one commit gave to one partition.
@NullMarked
package dev.belvedere.tsdb.frame;

import org.jspecify.annotations.NullMarked;
