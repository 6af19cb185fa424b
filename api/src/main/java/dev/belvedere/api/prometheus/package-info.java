/// Prometheus' HTTP API: queries, series, targets, rules, status, administration, federation.
@NullMarked
package dev.belvedere.api.prometheus;

import org.jspecify.annotations.NullMarked;
