package dev.belvedere.api.prometheus;

import dev.belvedere.api.http.Reply;
import dev.belvedere.api.json.JsonWriter;
import dev.belvedere.model.Fault;
import dev.belvedere.model.OperationException;
import java.util.List;

/// A failure with the type and status that Prometheus gives it.
final class ApiException extends OperationException {

    /// Prometheus' types of errors.
    enum Type {
        TIMEOUT("timeout", 503),
        CANCELED("canceled", 499),
        EXECUTION("execution", 422),
        BAD_DATA("bad_data", 400),
        INTERNAL("internal", 500),
        UNAVAILABLE("unavailable", 503),
        NOT_FOUND("not_found", 404);

        private final String text;
        private final int status;

        Type(String text, int status) {
            this.text = text;
            this.status = status;
        }
    }

    private final Type type;

    private ApiException(Type type, String message) {
        super(type.text, type == Type.UNAVAILABLE ? Fault.OVERLOAD : Fault.USER, message);
        this.type = type;
    }

    static ApiException badData(String message) {
        return new ApiException(Type.BAD_DATA, message);
    }

    static ApiException timeout(String message) {
        return new ApiException(Type.TIMEOUT, message);
    }

    static ApiException unavailable(String message) {
        return new ApiException(Type.UNAVAILABLE, message);
    }

    /// @param problem what is wrong with the parameter's value
    static ApiException parameter(String name, String problem) {
        return badData("invalid parameter \"" + name + "\": " + problem);
    }

    static Reply render(OperationException failure) {
        Type type = type(failure);
        int status = switch (failure.code()) {
            case "method_not_allowed" -> 405;
            case "body_too_large" -> 413;
            default -> type.status;
        };
        JsonWriter json = new JsonWriter();
        json.beginObject().name("status").value("error").name("errorType").value(type.text);
        GoJson.text(json.name("error"), failure.getMessage());
        json.endObject();
        return new Reply.Whole(status, Reply.JSON, json.array(), json.size(), List.of());
    }

    private static Type type(OperationException failure) {
        if (failure instanceof ApiException own) {
            return own.type;
        }
        return switch (failure.code()) {
            case "query_timeout" -> Type.TIMEOUT;
            case "query_cancelled" -> Type.CANCELED;
            case "execution", "query_too_many_samples", "query_too_many_bytes", "query_too_much_memory" ->
                Type.EXECUTION;
            case "not_found" -> Type.NOT_FOUND;
            default ->
                switch (failure.fault()) {
                    case USER -> Type.BAD_DATA;
                    case OVERLOAD, DEPENDENCY -> Type.UNAVAILABLE;
                    case CORRUPT, BUG -> Type.INTERNAL;
                };
        };
    }
}
