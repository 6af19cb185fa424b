package dev.belvedere.api.http;

import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// Answers one request. Runs on a virtual thread of its own and may block, unless the call [is prompt][Call#isPrompt]
/// or the handler has [threads][#threads] that are shared.
public interface Handler {

    /// @throws dev.belvedere.model.OperationException rendered by the face's [ErrorRenderer]
    /// @throws dev.belvedere.storage.NotPromptException if the call is prompt and would have to wait or takes
    ///     longer than [SmallAnswers#MAX_NANOS]: it is then made again, by a thread that may
    Reply handle(Call call);

    /// Answers a request, perhaps by another thread after this has returned, so that no thread waits for what answers
    /// it. Its body and its place among the requests in hand are its own until then.
    ///
    /// @param answer takes what makes the reply, once; not at all if this throws. It has the reply made before it
    ///     returns; what that throws is answered like what this throws. It neither blocks nor throws, unless the
    ///     reply is streamed
    /// @throws dev.belvedere.model.OperationException as [#handle(Call)]
    default void handle(Call call, Consumer<Supplier<Reply>> answer) {
        Reply reply = handle(call);
        answer.accept(() -> reply);
    }

    /// The threads that run the handler in place of a virtual one: for work that waits for nothing and comes so often
    /// that changes of thread count.
    default Optional<Executor> threads() {
        return Optional.empty();
    }

    /// What is asked, where the answer may be so small that a prompt call is made for it. Neither waits nor takes long.
    ///
    /// @return empty where prompt calls are not understood
    default Optional<Question> question(Call call) {
        return Optional.empty();
    }
}
