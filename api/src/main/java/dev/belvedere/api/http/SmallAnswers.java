package dev.belvedere.api.http;

import java.util.concurrent.atomic.AtomicReferenceArray;

/// Which questions were answered so quickly the last time that the event loop answers them itself: to hand a request
/// to another thread and the answer back costs as much as some hundred samples.
///
/// All connections of the loop wait meanwhile. So it is done only while no other request is in hand, for questions
/// that took at most [#MAX_KNOWN_NANOS], and given up after [#MAX_NANOS]. Safe from any thread.
final class SmallAnswers {

    /// What took longer is answered by another thread.
    static final long MAX_KNOWN_NANOS = 2_000_000;

    /// So long the event loop tries.
    static final long MAX_NANOS = 4_000_000;

    /// A form that is longer is not even looked at by the event loop.
    static final int MAX_BODY_BYTES = 4096;

    private static final int MAX_QUESTION_CHARS = 2000;
    private static final int PLACES = 1024;

    /// Each at the place of its hash, the newest of those that share one.
    private final AtomicReferenceArray<Question> known = new AtomicReferenceArray<>(PLACES);

    boolean isKnown(Question question) {
        Question before = known.get(place(question));
        return before != null && before.covers(question);
    }

    /// Takes note of how long an answer took.
    void note(Question question, long nanos) {
        if (nanos > MAX_KNOWN_NANOS) {
            forget(question);
        } else if (question.what().length() <= MAX_QUESTION_CHARS && !isKnown(question)) {
            known.set(place(question), question);
        }
    }

    void forget(Question question) {
        if (isKnown(question)) {
            known.set(place(question), null);
        }
    }

    private static int place(Question question) {
        int hash = question.what().hashCode();
        return (hash ^ hash >>> 16) & PLACES - 1;
    }
}
