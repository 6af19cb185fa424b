package dev.belvedere.bench;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// What the machine would need at least for one unit of a bench's work, measured by a loop that does nothing else.
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
@interface Limit {

    double nanos();

    /// What is counted: `value`, `sample`, `series found`.
    String per();

    /// What sets the limit.
    String by();
}
