/// Tests of what a server says about itself.
@NullMarked
package dev.belvedere.server.self;

import org.jspecify.annotations.NullMarked;
