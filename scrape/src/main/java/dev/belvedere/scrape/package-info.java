/// Finds targets and scrapes them.
@NullMarked
package dev.belvedere.scrape;

import org.jspecify.annotations.NullMarked;
