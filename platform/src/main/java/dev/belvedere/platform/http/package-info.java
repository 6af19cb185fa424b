/// Outgoing HTTP: the network's, and a twin that answers from memory.
@NullMarked
package dev.belvedere.platform.http;

import org.jspecify.annotations.NullMarked;
