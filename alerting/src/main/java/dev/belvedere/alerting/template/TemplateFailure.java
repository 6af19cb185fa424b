package dev.belvedere.alerting.template;

/// What a function or an operation has to say against its operands. The evaluator adds the place and turns it into a
/// [TemplateException].
public final class TemplateFailure extends RuntimeException {

    public TemplateFailure(String message) {
        super(message, null, false, false);
    }

    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
