/// The configuration: one file, a superset of prometheus.yml, read into records with every default in one place.
@NullMarked
package dev.belvedere.server.config;

import org.jspecify.annotations.NullMarked;
