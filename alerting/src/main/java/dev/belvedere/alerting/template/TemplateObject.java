package dev.belvedere.alerting.template;

import java.util.List;
import java.util.Optional;

/// A value with fields and methods of its own. `toString` is how it prints.
public interface TemplateObject {

    /// The value of a field, or what a method answers.
    ///
    /// @return empty if there is no such field or method
    Optional<Object> member(String name, List<Object> arguments);

    /// Go's name of the type, for messages.
    String typeName();
}
