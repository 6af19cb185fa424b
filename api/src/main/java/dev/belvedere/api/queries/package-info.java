/// Queries as a governed service: who may run, what runs, what ran slowly, how to end it.
@NullMarked
package dev.belvedere.api.queries;

import org.jspecify.annotations.NullMarked;
