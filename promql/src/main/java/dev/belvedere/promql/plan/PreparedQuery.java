package dev.belvedere.promql.plan;

import dev.belvedere.promql.syntax.Expr;
import java.util.Set;

/// An expression in which everything that depends on the query's own start, end and step has become a
/// number.
///
/// @param stepInvariant the outermost nodes, by identity, whose result is the same at every step
/// @param withoutBuckets the selectors, by identity, of whose histograms only count and sum are asked for
public record PreparedQuery(Expr expr, Set<Expr> stepInvariant, Set<Expr> withoutBuckets) {}
