/// A query as a plan: what it needs of its range and step worked out, how far it reaches, what depends on its steps.
@NullMarked
package dev.belvedere.promql.plan;

import org.jspecify.annotations.NullMarked;
