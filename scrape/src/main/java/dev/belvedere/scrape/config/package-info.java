/// The whole of a prometheus.yml as records, checked as it is read.
@NullMarked
package dev.belvedere.scrape.config;

import org.jspecify.annotations.NullMarked;
