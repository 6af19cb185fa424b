/// What outgoing requests carry: credentials, certificates, proxies.
@NullMarked
package dev.belvedere.scrape.client;

import org.jspecify.annotations.NullMarked;
