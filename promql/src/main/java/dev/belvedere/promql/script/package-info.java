/// Runs Prometheus' test language: files that load series, evaluate queries and say what must come out.
@NullMarked
package dev.belvedere.promql.script;

import org.jspecify.annotations.NullMarked;
