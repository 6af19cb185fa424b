/// Log files followed from their end on, and where their lines go.
@NullMarked
package dev.belvedere.agent.logs;

import org.jspecify.annotations.NullMarked;
