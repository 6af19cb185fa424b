/// The HTTP server behind all faces: blocking handlers on virtual threads, our own request and reply; the only
/// package that knows Netty.
@NullMarked
package dev.belvedere.api.http;

import org.jspecify.annotations.NullMarked;
