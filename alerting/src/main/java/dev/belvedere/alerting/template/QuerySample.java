package dev.belvedere.alerting.template;

import java.util.List;
import java.util.Optional;

/// One element of what `query` answers.
///
/// @param value a `Double`, or a histogram as it prints
public record QuerySample(TextMap labels, Object value) implements TemplateObject {

    @Override
    public Optional<Object> member(String name, List<Object> arguments) {
        return switch (name) {
            case "Labels" -> Optional.of(labels);
            case "Value" -> Optional.of(value);
            default -> Optional.empty();
        };
    }

    @Override
    public String typeName() {
        return "*template.sample";
    }

    @Override
    public String toString() {
        return "{" + labels + " " + GoValues.print(value) + "}";
    }
}
