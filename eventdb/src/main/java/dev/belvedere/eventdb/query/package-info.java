/// Answers over heads and segments: merged logs, traces by id, search.
@NullMarked
package dev.belvedere.eventdb.query;

import org.jspecify.annotations.NullMarked;
