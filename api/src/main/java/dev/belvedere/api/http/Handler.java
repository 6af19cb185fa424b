package dev.belvedere.api.http;

/// Answers one request. Runs on a virtual thread of its own and may block.
public interface Handler {

    /// @throws dev.belvedere.model.OperationException rendered by the face's [ErrorRenderer]
    Reply handle(Call call);
}
