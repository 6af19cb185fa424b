package dev.belvedere.alerting.template;

/// A function that templates call by name.
public interface TemplateFunction {

    /// @return a `String`, `Long`, `Double`, `Boolean`, `List`, `Map`, [TextMap], [TemplateObject] or [NoValue]
    /// @throws TemplateFailure if the arguments are wrong
    Object apply(Arguments arguments);
}
