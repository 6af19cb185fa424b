/// Evaluates LogQL over a log store.
@NullMarked
package dev.belvedere.logql.engine;

import org.jspecify.annotations.NullMarked;
