/// How many series there are, by all that people ask for.
@NullMarked
package dev.belvedere.tsdb.statistics;

import org.jspecify.annotations.NullMarked;
