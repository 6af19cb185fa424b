package dev.belvedere.api.http;

/// What a request asks for, as far as it decides how long the answer takes.
///
/// @param what the same for all that differ in their time alone
/// @param fromMillis how far back the question reaches
/// @param steps how many moments it is answered for
public record Question(String what, long fromMillis, long steps) {

    /// Whether another question is the same for a part of this one's time, or for newer time.
    boolean covers(Question other) {
        return other.fromMillis >= fromMillis && other.steps <= steps && other.what.equals(what);
    }
}
