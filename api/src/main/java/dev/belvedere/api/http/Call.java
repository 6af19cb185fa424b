package dev.belvedere.api.http;

import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;

/// One HTTP request in hand, its body read whole.
///
/// @param method upper case
/// @param path decoded, without the query
/// @param pathParameters values of the `{name}` parts of the route
/// @param parameters of a form body and, behind them, of the query string
/// @param headers looks a header up by lower-case name; `""` where it is absent
/// @param body as it came, until the request is answered: a `Content-Encoding` is the handler's to undo, within its
///     limits
/// @param remoteAddress of the peer, without port
/// @param cancellation tells when the client has gone, and when all is over
/// @param trace takes what the handler tells of its work
/// @param isPrompt whether the event loop waits for the answer: it must neither wait nor take long
public record Call(
        String method,
        String path,
        Map<String, String> pathParameters,
        Parameters parameters,
        UnaryOperator<String> headers,
        RequestBody body,
        String remoteAddress,
        Cancellation cancellation,
        RequestTrace trace,
        boolean isPrompt) {

    /// Runs what shall end when nobody waits for the answer any more.
    public interface Cancellation {
        void onCancel(Runnable action);

        /// Runs what shall be done once the handler has ended and its answer is sent, or will never be. Does nothing
        /// where nobody tells.
        default void onEnd(Runnable action) {}
    }

    static final String FORM = "application/x-www-form-urlencoded";

    /// The same for the event loop.
    Call prompt() {
        return new Call(
                method, path, pathParameters, parameters, headers, body, remoteAddress, cancellation, trace, true);
    }

    /// How long a prompt call may take.
    public long promptNanos() {
        return SmallAnswers.MAX_NANOS;
    }

    public String header(String lowerCaseName) {
        return headers.apply(lowerCaseName);
    }

    /// The value of a `{name}` part of the route.
    public String pathParameter(String name) {
        String value = pathParameters.get(name);
        if (value == null) {
            throw new IllegalArgumentException("the route of " + path + " has no part {" + name + "}");
        }
        return value;
    }

    /// The media type of the body in lower case, without parameters; `""` where none was sent.
    public String mediaType() {
        return mediaType(header("content-type"));
    }

    static String mediaType(String contentType) {
        int end = contentType.indexOf(';');
        return (end < 0 ? contentType : contentType.substring(0, end)).strip().toLowerCase(Locale.ROOT);
    }

    public String bodyText() {
        return body.text();
    }
}
