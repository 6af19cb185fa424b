package dev.belvedere.platform.http;

import java.io.IOException;

/// One thread that runs tasks when their time comes and asks HTTP servers without waiting for their answers: whoever
/// asks many servers often pays for no change of thread.
///
/// Only [#execute] may be called from any thread, everything else on the loop's own. Nothing that runs there may block
/// for long: [#aside] is for what does.
public interface EventLoop extends AutoCloseable {

    /// Runs a task on the loop's thread after those given before; never once the loop is closed.
    void execute(Runnable task);

    /// Runs a task once, after a delay.
    Pending after(long delayNanos, Runnable task);

    /// Runs a task that may block on a virtual thread of its own. Cancelling interrupts it.
    Pending aside(Runnable task);

    /// Asks a server. Redirects are answers like others.
    ///
    /// The handler is told once, later and on the loop's thread: of the answer or of a failure. Never if the
    /// exchange is cancelled.
    Pending ask(RepeatedRequest request, AnswerHandler handler);

    /// Ends the thread; what is under way ends without being told.
    @Override
    void close();

    /// Something that goes on.
    interface Pending {

        /// Ends it, if it has not ended yet.
        void cancel();
    }

    /// Gets what comes of a request.
    interface AnswerHandler {

        /// @param answer valid until this returns
        void answered(Answer answer);

        /// @param reason as [HttpTransport#send] would have thrown it
        void failed(IOException reason);
    }

    /// An answer that is there whole.
    interface Answer {

        int status();

        /// The first value of a header, `""` where it is absent.
        String header(String lowerCaseName);

        /// Holds the body in its first [#bodyLength] bytes; lent, and filled anew after the handler has returned.
        byte[] body();

        int bodyLength();

        /// A copy that stays valid.
        OutboundRequest.Response copy();
    }
}
