/// The simplest store that keeps the contract: everything in maps, gone with the process.
@NullMarked
package dev.belvedere.storage.memory;

import org.jspecify.annotations.NullMarked;
