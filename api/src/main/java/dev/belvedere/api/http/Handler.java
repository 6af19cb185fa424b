package dev.belvedere.api.http;

import java.util.Optional;

/// Answers one request. Runs on a virtual thread of its own and may block, unless the call [is prompt][Call#isPrompt].
public interface Handler {

    /// @throws dev.belvedere.model.OperationException rendered by the face's [ErrorRenderer]
    /// @throws dev.belvedere.storage.NotPromptException if the call is prompt and would have to wait or takes
    ///     longer than [SmallAnswers#MAX_NANOS]: it is then made again, by a thread that may
    Reply handle(Call call);

    /// What is asked, where the answer may be so small that a prompt call is made for it. Neither waits nor takes long.
    ///
    /// @return empty where prompt calls are not understood
    default Optional<Question> question(Call call) {
        return Optional.empty();
    }
}
