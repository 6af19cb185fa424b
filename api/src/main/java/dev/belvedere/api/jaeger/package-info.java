/// Jaeger's query API: services, operations, search, trace by id.
@NullMarked
package dev.belvedere.api.jaeger;

import org.jspecify.annotations.NullMarked;
