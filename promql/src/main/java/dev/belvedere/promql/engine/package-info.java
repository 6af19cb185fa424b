/// Evaluates PromQL over a metric store, column by column.
@NullMarked
package dev.belvedere.promql.engine;

import org.jspecify.annotations.NullMarked;
