package dev.belvedere.storage;

import dev.belvedere.model.Fault;
import dev.belvedere.model.OperationException;

/// Thrown out of a store's or a language's loop when the query's [QueryBudget] says that it shall end.
public final class QueryCancelledException extends OperationException {

    public QueryCancelledException(String code, Fault fault, String message) {
        super(code, fault, message);
    }
}
