package dev.belvedere.alerting.template;

import dev.belvedere.model.Fault;
import dev.belvedere.model.OperationException;
import org.jspecify.annotations.Nullable;

/// A template that cannot be parsed or expanded; the message has the place, as Go writes it.
public final class TemplateException extends OperationException {

    private final int position;

    TemplateException(String message, int position) {
        this(message, position, null);
    }

    TemplateException(String message, int position, @Nullable Throwable cause) {
        super("bad_template", Fault.USER, message, cause);
        this.position = position;
    }

    /// Where in the template's text, counted in characters from 0.
    public int position() {
        return position;
    }
}
