/// Where targets come from: configuration, files, HTTP.
@NullMarked
package dev.belvedere.scrape.discovery;

import org.jspecify.annotations.NullMarked;
