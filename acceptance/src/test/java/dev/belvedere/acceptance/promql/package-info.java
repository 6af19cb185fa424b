/// Random data and random PromQL, and what two servers' answers have in common.
@NullMarked
package dev.belvedere.acceptance.promql;

import org.jspecify.annotations.NullMarked;
