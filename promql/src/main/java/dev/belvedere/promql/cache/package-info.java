/// What is kept between queries: plans by text, results of range queries by step.
@NullMarked
package dev.belvedere.promql.cache;

import org.jspecify.annotations.NullMarked;
