package dev.belvedere.api;

import dev.belvedere.api.http.ErrorRenderer;
import dev.belvedere.api.http.InvalidRequestException;
import dev.belvedere.api.http.Parameters;
import dev.belvedere.api.http.Reply;
import dev.belvedere.api.json.JsonWriter;
import dev.belvedere.model.OperationException;
import java.util.List;

/// What all of Belvedere's own API has in common: its base path and the form of its errors.
public final class OwnApi {

    public static final String BASE = "/api/belvedere/v1";

    private OwnApi() {}

    /// `{"error": {"code": ..., "message": ...}}`
    public static Reply error(OperationException failure) {
        JsonWriter json = new JsonWriter();
        json.beginObject().name("error").beginObject();
        json.name("code").value(failure.code()).name("message").value(failure.getMessage());
        json.endObject().endObject();
        return Reply.json(ErrorRenderer.status(failure), json.toString());
    }

    /// A parameter from 1 to `max`.
    public static int limit(Parameters parameters, String name, int whenAbsent, int max) {
        String text = parameters.first(name);
        if (text.isEmpty()) {
            return whenAbsent;
        }
        try {
            int limit = Integer.parseInt(text);
            if (limit >= 1 && limit <= max) {
                return limit;
            }
        } catch (NumberFormatException e) {
            // Told below, with the bounds.
        }
        throw new InvalidRequestException("parameter " + name + ": \"" + text + "\" is not 1 to " + max);
    }

    public static Reply reply(JsonWriter json) {
        return new Reply.Whole(200, Reply.JSON, json.array(), json.size(), List.of());
    }
}
