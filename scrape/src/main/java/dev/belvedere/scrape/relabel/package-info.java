/// Rewriting of label sets by rules, as Prometheus' relabel configurations do.
@NullMarked
package dev.belvedere.scrape.relabel;

import org.jspecify.annotations.NullMarked;
