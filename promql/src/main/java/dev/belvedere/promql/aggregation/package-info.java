/// Series folded into groups, and series chosen from them.
@NullMarked
package dev.belvedere.promql.aggregation;

import org.jspecify.annotations.NullMarked;
