/// PromQL as text and as tree: lexer, parser, type checks and printers; knows nothing of storage or
/// evaluation.
@NullMarked
package dev.belvedere.promql.syntax;

import org.jspecify.annotations.NullMarked;
