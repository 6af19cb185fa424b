/// The narrow waist of metrics: how samples go in and how columns come out.
@NullMarked
package dev.belvedere.storage.metrics;

import org.jspecify.annotations.NullMarked;
