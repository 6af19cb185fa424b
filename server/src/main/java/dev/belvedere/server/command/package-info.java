/// The operator's commands.
@NullMarked
package dev.belvedere.server.command;

import org.jspecify.annotations.NullMarked;
