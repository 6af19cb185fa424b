/// The simulated site: nodes, GPUs, training runs, serving, pipelines and prices, advanced second by second and
/// the same for the same seed.
@NullMarked
package dev.belvedere.demo.site;

import org.jspecify.annotations.NullMarked;
