package dev.belvedere.promql.evaluation;

import dev.belvedere.model.Fault;
import dev.belvedere.model.OperationException;

/// A well-formed query that has no answer over this data: `execution` in the HTTP API.
public final class EvaluationException extends OperationException {

    public EvaluationException(String message) {
        super("execution", Fault.USER, message);
    }
}
